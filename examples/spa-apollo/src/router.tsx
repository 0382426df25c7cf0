import type { ReactNode } from 'react'
import { createStore, useStore } from './store.ts'

const path = createStore(location.pathname)
window.addEventListener('popstate', () => path.set(location.pathname))

export function usePath(): string {
  return useStore(path)
}

export function navigate(to: string): void {
  history.pushState(null, '', to)
  path.set(to)
}

/** A link that does not load the page anew. */
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
 * The token of a mail's link, after `?` or `#`: out of the address bar, where it would be copied and logged, and kept with
 * this page of the history, so that a reload does not lose it.
 */
export const linkToken = takeLinkToken()

function takeLinkToken(): string {
  const fromLink = new URLSearchParams(location.search).get('token') ?? location.hash.slice(1)
  if (fromLink !== '') history.replaceState({ linkToken: fromLink }, '', location.pathname)
  return history.state?.linkToken ?? ''
}

/** To a page that mails lead to, with a token that came in another way; loads it anew. */
export function openLinkPage(to: string, token: string): void {
  location.assign(`${to}#${token}`)
}
