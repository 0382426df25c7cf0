import type { HttpPlugin } from '../http-plugin.ts'
import { securityHeaders } from '../security-headers.ts'

/** Adds the security headers to each answer; a page may have brought a content security policy of its own. */
export function useSecurityHeaders(publicUrl: URL): HttpPlugin {
  const { 'content-security-policy': policy = '', ...others } = securityHeaders(publicUrl)
  const fixed = Object.entries(others)
  return {
    onResponse({ response: { headers } }) {
      for (const [name, value] of fixed) headers.set(name, value)
      if (!headers.has('content-security-policy')) headers.set('content-security-policy', policy)
      if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
    },
  }
}
