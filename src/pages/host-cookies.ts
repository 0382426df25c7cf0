const probe = '__Host-gatehouse-probe'

/**
 * Whether the browser keeps `__Host-` cookies of this page. Safari does not on http://localhost, since the cookies require
 * https there; no browser does on http with another host.
 */
export function keepsHostCookies(page: Pick<Document, 'cookie'>): boolean {
  page.cookie = `${probe}=1; Path=/; Secure; SameSite=Strict`
  const kept = page.cookie.includes(`${probe}=1`)
  page.cookie = `${probe}=; Path=/; Secure; SameSite=Strict; Max-Age=0`
  return kept
}
