import { useAuth } from 'gatehouse-client/react'
import { type ReactNode, useEffect } from 'react'
import { DevicesPage } from './devices-page.tsx'
import { ForgotPasswordPage, RegisterPage, SignInPage } from './entry-pages.tsx'
import { Form } from './form.tsx'
import { HistoryPage } from './history-page.tsx'
import { linkPages, MailLinkPage } from './link-pages.tsx'
import { Page } from './page.tsx'
import { ProfilePage } from './profile-page.tsx'
import { Link, navigate, usePath } from './router.tsx'
import { SecurityPage } from './security-page.tsx'

export function App() {
  const path = usePath()
  const { status } = useAuth()
  const linkPage = linkPages[path]
  // With a session, or without the need for one. Otherwise the app signs the user in first and stays on this path.
  const isUsable = status === 'signed-in' || linkPage?.requiresSession !== true
  if (linkPage !== undefined && isUsable) return <MailLinkPage page={linkPage} />
  if (status === 'loading') return <p className="waiting">Loading…</p>
  if (status === 'unavailable') return <UnavailablePage />
  if (status === 'signed-in') return <Account path={path} />
  if (linkPage !== undefined) return <SignInPage purpose={`${linkPage.title}: sign in first.`} />
  if (path === '/register') return <RegisterPage />
  if (path === '/forgot-password') return <ForgotPasswordPage />
  return <SignInPage />
}

const accountPages: Readonly<Record<string, ReactNode>> = {
  '/': <ProfilePage />,
  '/security': <SecurityPage />,
  '/devices': <DevicesPage />,
  '/history': <HistoryPage />,
}

function Account({ path }: { readonly path: string }) {
  const { signOut } = useAuth()
  const page = accountPages[path]
  useEffect(() => {
    if (page === undefined) navigate('/')
  }, [page])
  return (
    <>
      <header>
        <nav aria-label="Account">
          <Link to="/">Profile</Link>
          <Link to="/security">Password and e-mail</Link>
          <Link to="/devices">My devices</Link>
          <Link to="/history">Security history</Link>
        </nav>
        <Form label="Sign out" onSend={() => signOut().then(() => null)} />
      </header>
      {page}
    </>
  )
}

function UnavailablePage() {
  const { reload } = useAuth()
  return (
    <Page title="The service is not reachable">
      <p>Your session is kept. Try again in a moment.</p>
      <Form label="Try again" onSend={() => reload().then(() => null)} />
    </Page>
  )
}
