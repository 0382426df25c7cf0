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

/** The token of a mail's link, once: it does not stay in the address bar or the history. */
export const linkToken = new URLSearchParams(location.search).get('token') ?? ''
if (linkToken !== '') history.replaceState(null, '', location.pathname)
