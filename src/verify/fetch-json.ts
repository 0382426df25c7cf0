import { parseJson } from './json.ts'
import { UnavailableFailure } from './unavailable.ts'

export interface JsonRequest {
  readonly url: URL
  /** Sent as `x-api-key`. */
  readonly serviceKey?: string | undefined
  /** Posted as a form; without it the request is a GET. */
  readonly form?: Readonly<Record<string, string>>
}

/** Maximum time for a response, with its body. */
const timeoutMs = 2000
/** Maximum size of a body. A page of 1000 revocations is about 100 kB. */
const maxBytes = 2_000_000

/** The JSON of a response with status 200. Redirects are not followed. @throws UnavailableFailure */
export async function fetchJson(
  send: typeof fetch,
  { url, serviceKey, form }: JsonRequest,
): Promise<unknown> {
  const place = `${url.origin}${url.pathname}`
  try {
    const response = await send(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(serviceKey === undefined ? {} : { 'x-api-key': serviceKey }),
      },
      body: form === undefined ? null : new URLSearchParams(form),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.status !== 200) throw statusFailure(place, response)
    const value = parseJson(await boundedText(response))
    if (value === undefined) throw new UnavailableFailure(`${place} did not return JSON.`)
    return value
  } catch (error) {
    if (error instanceof UnavailableFailure) throw error
    throw new UnavailableFailure(`${place} could not be reached.`, { cause: error })
  }
}

function statusFailure(place: string, response: Response): UnavailableFailure {
  const { status } = response
  void response.body?.cancel().catch(() => undefined)
  const hint = status === 401 || status === 403 ? ' Check the service key: it requires tokens:verify.' : ''
  const retryAfterSeconds = Number(response.headers.get('retry-after') ?? 1)
  return new UnavailableFailure(`${place} returned status ${status}.${hint}`, { status, retryAfterSeconds })
}

async function boundedText(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.byteLength
    if (bytes > maxBytes) {
      await reader.cancel()
      throw new UnavailableFailure(`The response of ${response.url} has more than ${maxBytes} bytes.`)
    }
    text += decoder.decode(part.value, { stream: true })
  }
  return text + decoder.decode()
}
