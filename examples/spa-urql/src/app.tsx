import { DevicesPage, HistoryPage, ProfilePage } from './account-pages.tsx'
import { ForgotPasswordPage, RegisterPage, SignInPage } from './entry-pages.tsx'
import { Form } from './form.tsx'
import { auth, restore, session } from './gatehouse.ts'
import { linkPages, MailLinkPage } from './link-pages.tsx'
import { Link, navigate, usePath } from './router.tsx'
import { useStore } from './store.ts'

export function App() {
  const path = usePath()
  const { status } = useStore(session)
  const linkPage = linkPages[path]
  // With a session, or without the need for one. Otherwise the app signs the user in first and stays on this path.
  const isUsable = status === 'SIGNED_IN' || linkPage?.requiresSession !== true
  if (linkPage !== undefined && isUsable) return <MailLinkPage page={linkPage} />
  if (status === 'LOADING') return <p className="waiting">Loading…</p>
  if (status === 'UNREACHABLE') return <UnreachablePage />
  if (status === 'SIGNED_IN') return <Account path={path} />
  if (linkPage !== undefined) return <SignInPage purpose={`${linkPage.title}: sign in first.`} />
  if (path === '/register') return <RegisterPage />
  if (path === '/forgot-password') return <ForgotPasswordPage />
  return <SignInPage />
}

function Account({ path }: { readonly path: string }) {
  const signOut = async () => {
    await auth.signOut()
    navigate('/')
    return null
  }
  return (
    <>
      <header>
        <nav aria-label="Account">
          <Link to="/">Profile</Link>
          <Link to="/devices">My devices</Link>
          <Link to="/history">Security history</Link>
        </nav>
        <Form label="Sign out" onSend={signOut} />
      </header>
      <main>
        {path === '/devices' ? <DevicesPage /> : path === '/history' ? <HistoryPage /> : <ProfilePage />}
      </main>
    </>
  )
}

function UnreachablePage() {
  const retry = async () => {
    await restore()
    return null
  }
  return (
    <main className="card">
      <h1>The service is not reachable</h1>
      <p>Your session is kept. Try again in a moment.</p>
      <Form label="Try again" onSend={retry} />
    </main>
  )
}
