const oneYearSeconds = 31_536_000

/** Headers of every response (OWASP HTTP Headers cheat sheet; ASVS 5.0, 3.4 and 3.5.8). HSTS only if PUBLIC_URL is https. */
export function securityHeaders(publicUrl: URL): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-site',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    ...(publicUrl.protocol === 'https:'
      ? { 'strict-transport-security': `max-age=${oneYearSeconds}; includeSubDomains` }
      : {}),
  }
}
