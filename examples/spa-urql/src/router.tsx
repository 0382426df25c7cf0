import type { ReactNode } from 'react'
import { createStore, useStore } from './store.ts'

const path = createStore(location.pathname)
window.addEventListener('popstate', () => path.set(location.pathname))
// The link of another mail in the same tab: a fragment alone loads nothing.
window.addEventListener('hashchange', () => location.reload())

export function usePath(): string {
  return useStore(path)
}

export function navigate(to: string): void {
  history.pushState(null, '', to)
  path.set(to)
}

/** A link that navigates without reloading the page. */
export function Link({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  const isCurrent = usePath() === to
  return (
    <a
      href={to}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        navigate(to)
      }}
    >
      {children}
    </a>
  )
}

/**
 * The token in the link of a mail, after `?` or `#`. It is removed from the address bar, where it could be copied or logged,
 * and kept in the state of this history entry, so that it survives a reload.
 */
export const linkToken = takeLinkToken()

function takeLinkToken(): string {
  const parameters = location.hash === '' ? location.search : location.hash.slice(1)
  const fromLink = new URLSearchParams(parameters).get('token')
  if (fromLink !== null) history.replaceState({ linkToken: fromLink }, '', location.pathname)
  return history.state?.linkToken ?? ''
}

/** Loads a page that mails link to, with a token that the app received in another way. */
export function openLinkPage(to: string, token: string): void {
  location.assign(`${to}#token=${token}`)
}
