/** Media types of GraphQL responses (GraphQL over HTTP, "Media Types"). */
export type MediaType = 'application/json' | 'application/graphql-response+json'

const acceptable: ReadonlyMap<string, MediaType> = new Map<string, MediaType>([
  ['application/json', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/*', 'application/json'],
  ['*/*', 'application/json'],
])

/** The supported media type that an Accept header prefers, JSON if there is no header; null if it accepts none of them. */
export function negotiateMediaType(accept: string | null): MediaType | null {
  if (accept === null || accept === '*/*' || accept === '') return 'application/json'
  let best: MediaType | null = null
  let bestQuality = 0
  for (const part of accept.toLowerCase().split(',')) {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim())
    const mediaType = acceptable.get(range)
    const quality = qualityOf(parameters)
    if (mediaType === undefined || quality <= bestQuality) continue
    best = mediaType
    bestQuality = quality
  }
  return best
}

/** Whether the Accept header names Server-Sent Events; wildcards do not count. */
export function acceptsEventStream(accept: string | null): boolean {
  return (accept?.toLowerCase().split(',') ?? []).some((part) => {
    const [range, ...parameters] = part.split(';').map((piece) => piece.trim())
    return range === 'text/event-stream' && qualityOf(parameters) > 0
  })
}

/** The weight of a media range (RFC 9110, 12.4.2); 0 if it requires another charset than UTF-8. */
function qualityOf(parameters: readonly string[]): number {
  let quality = 1
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.split('=')
    if (name === 'charset' && !/^"?utf-?8"?$/.test(value)) return 0
    if (name === 'q') quality = /^(0(\.[0-9]{0,3})?|1(\.0{0,3})?)$/.test(value) ? Number(value) : 0
  }
  return quality
}
