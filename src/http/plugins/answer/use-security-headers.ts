import { securityHeaders } from '../../answer/security-headers.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/**
 * Adds the security headers to each response; a page can have its own content security policy. Event streams are private
 * and may contain tokens, so that caches must not store them (Yoga's headers would allow it) and proxies must not buffer
 * them (`x-accel-buffering` is for nginx).
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
