import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { type DocumentNode, print } from 'graphql'
import type { App } from '../../src/app/create-app.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests inspect data of any shape
export interface GraphqlAnswer<Data = any> {
  readonly status: number
  readonly headers: Headers
  readonly data: Data
  readonly errors: readonly {
    message: string
    path?: readonly string[]
    extensions: Record<string, unknown>
  }[]
}

type SentHeaders = Readonly<Record<string, string | undefined>>

/** A client with its own cookies and headers. It applies Set-Cookie as a browser does. */
export class Actor {
  readonly #app: Pick<App, 'fetch'>
  readonly #url: URL
  readonly cookies = new Map<string, string>()
  /** Sent with every request. */
  readonly headers: Record<string, string>

  constructor(app: Pick<App, 'fetch'>, publicUrl: URL, headers: Readonly<Record<string, string>>) {
    this.#app = app
    this.#url = new URL('/graphql', publicUrl)
    this.headers = {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0',
      ...headers,
    }
  }

  /** Names of the cookies that end with the session: all except the device cookie. */
  get sessionCookies(): readonly string[] {
    return [...this.cookies.keys()].filter((name) => name !== '__Host-gatehouse-device')
  }

  /**
   * Sends an operation. A header of undefined is left out. Typed documents (src/clients/documents.ts) have typed
   * variables and data.
   */
  ask(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    headers?: SentHeaders,
  ): Promise<GraphqlAnswer>
  ask<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    headers?: SentHeaders,
  ): Promise<GraphqlAnswer<Data | null>>
  async ask(
    operation: string | DocumentNode,
    variables: object = {},
    headers: SentHeaders = {},
  ): Promise<GraphqlAnswer> {
    const query = typeof operation === 'string' ? operation : print(operation)
    const response = await this.send({ query, variables }, headers)
    const body = await response.json()
    return { status: response.status, headers: response.headers, data: body.data, errors: body.errors ?? [] }
  }

  /**
   * Posts a body as JSON and stores the cookies of the response.
   * @param way What the response waits for on its way back.
   */
  async send(
    body: unknown,
    headers: SentHeaders = {},
    way: () => Promise<unknown> | undefined = () => undefined,
  ): Promise<Response> {
    const sent = {
      'content-type': 'application/json',
      ...this.headers,
      ...this.#cookieHeader(),
      ...headers,
    }
    const given = Object.entries(sent).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const request = new Request(this.#url, { method: 'POST', headers: given, body: JSON.stringify(body) })
    const response = await this.#app.fetch(request, { peerAddress: '192.0.2.7' })
    await way()
    this.#keep(response.headers.getSetCookie())
    return response
  }

  /** The Authorization header of an access token or API key. */
  static bearer(accessToken: string): { authorization: string } {
    return { authorization: `Bearer ${accessToken}` }
  }

  #cookieHeader(): Record<string, string> {
    if (this.cookies.size === 0) return {}
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split('; ')
      const [name = '', value = ''] = pair.split('=')
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
  }
}
