/** Whether the client accepts a response in gzip (Accept-Encoding, RFC 9110, 12.5.3). */
export function acceptsGzip(request: Request): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0+)?\b)/i.test(request.headers.get('accept-encoding') ?? '')
}
