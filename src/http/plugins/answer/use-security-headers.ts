import { securityHeaders } from '../../answer/security-headers.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/**
 * Adds the security headers to each answer; a page may have brought a content security policy of its own. Events are
 * Yoga's, which would let caches keep them: they are nobody else's, tokens may be in them, and proxies pass them on at
 * once (`x-accel-buffering` says so to nginx).
 */
export function useSecurityHeaders(publicUrl: URL): HttpPlugin {
  const { 'content-security-policy': policy = '', ...others } = securityHeaders(publicUrl)
  const fixed = Object.entries(others)
  return {
    onResponse({ response: { headers } }) {
      for (const [name, value] of fixed) headers.set(name, value)
      const events = headers.get('content-type')?.startsWith('text/event-stream') === true
      if (!headers.has('content-security-policy')) headers.set('content-security-policy', policy)
      if (events || !headers.has('cache-control')) headers.set('cache-control', 'no-store')
      if (events) headers.set('x-accel-buffering', 'no')
    },
  }
}
