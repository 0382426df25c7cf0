/** User-Agent headers of common clients. */
export const agents = {
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0',
  firefoxNext: 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
  firefoxOnWindows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0',
  chrome:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36',
  phone:
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Mobile Safari/537.36',
  tablet:
    'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  curl: 'curl/8.5.0',
} as const

/** Trusts the peer of the tests (192.0.2.7) as a proxy, so that X-Forwarded-For decides the address of an actor. */
export const behindProxy = { TRUSTED_PROXIES: '192.0.2.7' }

/** Headers of a browser at an address. */
export function from(
  address: string,
  userAgent: string = agents.firefox,
): { 'x-forwarded-for': string; 'user-agent': string } {
  return { 'x-forwarded-for': address, 'user-agent': userAgent }
}
