import { useEffect, useState } from 'preact/hooks'
import { AccountPage } from './account/account-page.tsx'
import { AppContext, type AppParts } from './app-context.ts'
import { ForgotPasswordPage } from './entry/forgot-password.tsx'
import { SignInPage } from './entry/sign-in.tsx'
import { SignUpPage } from './entry/sign-up.tsx'
import { LinkPage } from './links/link-page.tsx'
import { type LinkName, linkActions } from './links/links.ts'
import { ResetPasswordPage } from './links/reset-password.tsx'
import { usePage } from './router.tsx'
import { useStore } from './store.ts'
import { useTexts, WordingContext } from './texts.ts'

/** All pages; which one is shown depends on the address. */
export function App({ parts }: { readonly parts: AppParts }) {
  const wording = useStore(parts.wording)
  return (
    <AppContext.Provider value={parts}>
      <WordingContext.Provider value={wording}>
        <OfflineBanner />
        <Page />
      </WordingContext.Provider>
    </AppContext.Provider>
  )
}

function Page() {
  const page = usePage()
  if (isLink(page)) return <LinkPage key={page} page={page} />
  if (page === 'reset-password') return <ResetPasswordPage />
  if (page === 'sign-up') return <SignUpPage />
  if (page === 'forgot-password') return <ForgotPasswordPage />
  if (page === 'account') return <AccountPage />
  return <SignInPage />
}

function isLink(page: string): page is LinkName {
  return Object.hasOwn(linkActions, page)
}

/** Says that the browser is offline, for as long as it is. */
function OfflineBanner() {
  const { page } = useTexts()
  const [isOffline, setOffline] = useState(!navigator.onLine)
  useEffect(() => {
    const update = () => setOffline(!navigator.onLine)
    window.addEventListener('online', update)
    window.addEventListener('offline', update)
    return () => {
      window.removeEventListener('online', update)
      window.removeEventListener('offline', update)
    }
  }, [])
  return <div role="status">{isOffline && <p class="offline">{page.offline}</p>}</div>
}
