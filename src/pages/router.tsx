import type { ComponentChildren, JSX } from 'preact'
import { createStore, useStore } from './store.ts'

/** The page as the last segment of the path, so that pages can be served below a path. */
function pageOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

const current = createStore('')

/** Begins to follow the address of the document. */
export function startRouter(): void {
  current.set(pageOf(location.pathname))
  window.addEventListener('popstate', () => {
    // The link of another mail, pasted into the address bar: the fragment alone loads nothing.
    if (takeLinkToken()) location.reload()
    else current.set(pageOf(location.pathname))
  })
}

/** The name of the page that is shown, such as `sign-in`. */
export function usePage(): string {
  return useStore(current)
}

/** Shows another page without loading it, so that a session in memory is kept. */
export function navigate(page: string, state: object | null = null): void {
  history.pushState(state, '', `${page}${keptSearch(page)}`)
  current.set(pageOf(location.pathname))
  window.scrollTo(0, 0)
}

/** `return_to` accompanies a visitor from page to page until the sign-in. */
function keptSearch(page: string): string {
  const target = new URLSearchParams(location.search).get('return_to')
  return target === null || page.includes('?') ? '' : `?${new URLSearchParams({ return_to: target })}`
}

interface LinkProps extends JSX.AnchorHTMLAttributes {
  readonly to: string
  readonly children: ComponentChildren
}

/** A link to another page. */
export function Link({ to, children, ...others }: LinkProps) {
  return (
    <a
      {...others}
      href={`${to}${keptSearch(to)}`}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return
        event.preventDefault()
        navigate(to)
      }}
    >
      {children}
    </a>
  )
}

/**
 * Moves the token in the link of a mail, after `#token=` or `?token=`, out of the address bar, where it could be copied or
 * logged. It stays in this history entry, so that it survives a reload. Returns whether there was one.
 */
export function takeLinkToken(): boolean {
  const fragment = new URLSearchParams(location.hash.slice(1)).get('token')
  const token = fragment ?? new URLSearchParams(location.search).get('token')
  if (token === null || token === '') return false
  history.replaceState({ linkToken: token }, '', location.pathname)
  return true
}

/** The token of the link that opened the page; null if it has none. */
export function readLinkToken(): string | null {
  const kept: unknown = history.state?.linkToken
  return typeof kept === 'string' && kept !== '' ? kept : null
}

/** Shows the page for a new password, with the token that the sign-in returned for an expired one. */
export function openExpiredPassword(token: string): void {
  navigate('reset-password', { linkToken: token, isExpired: true })
}

/** Whether `openExpiredPassword` opened the page. */
export function isPasswordExpired(): boolean {
  return history.state?.isExpired === true
}
