import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { useGatehouseEdge } from '../../examples/hive-gateway-plugin/use-gatehouse-edge.ts'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { Actor } from '../support/actor.ts'
import { outcomeOf } from '../support/answers.ts'
import { exhaust, limitFields } from '../support/limits.ts'
import { signUp } from '../support/people.ts'
import { freshEmail, goodPassword } from '../support/test-app.ts'
import { type Graph, startGraph } from './support/graph.ts'
import { startHiveGateway } from './support/hive-gateway.ts'
import { type Served, Wire } from './support/loopback.ts'
import { clientOf } from './support/stage.ts'

const key = { id: 'hive', secret: 'a-secret-of-the-gateway-0123456789' }
const diagnostics =
  '{ gatewayDiagnostics { clientAddress clientAddressSource userAgent origin edgeSignature warnings } }'
const writeAndRead = 'mutation { writePost(title: "signed") { author { displayName email } } }'

interface Sent {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** No proxy is trusted here: what is believed of a client, is believed for the signature. */
describe('the signature of Hive Gateway', () => {
  const closer = new Closer()
  const sent: Sent[] = []
  let graph: Graph
  let signing: Served
  let forging: Served
  beforeAll(async () => {
    graph = await startGraph({
      NODE_ENV: 'development',
      TRUSTED_PROXIES: '',
      GATEWAY_SECRETS: `${key.id}:${key.secret}`,
      RATE_LIMITS: 'on',
      RATE_LIMIT_LOGIN_ADDRESS: '3/1m',
    })
    closer.add('graph', () => graph.close())
    signing = await gatewayWith(key.secret)
    forging = await gatewayWith(`${key.secret}?`)
  })
  afterAll(() => closer.close())
  // The gateway signs by the real time, and a slow machine takes more than the half minute that a signature is good for.
  beforeEach(() => shiftClock(0))

  function shiftClock(seconds: number): void {
    const { clock } = graph.testApp
    clock.jump((Date.now() - clock.now().getTime()) / 1000 + seconds)
  }
  async function gatewayWith(secret: string): Promise<Served> {
    const edge = useGatehouseEdge({ key: { ...key, secret }, url: graph.url })
    const listen = {
      onFetch: ({ url, options }: { url: string; options: RequestInit }) => {
        if (url !== graph.url) return
        sent.push({ headers: Object.fromEntries(new Headers(options.headers)), body: String(options.body) })
      },
    }
    const gateway = await startHiveGateway(graph.supergraph, { plugins: () => [edge, listen] })
    closer.add('gateway', () => gateway.close())
    return gateway
  }
  const client = (gateway: Served, address: string, headers = {}) =>
    clientOf(gateway, graph, address, headers)
  async function diagnose(actor: Actor) {
    const answer = await actor.ask(diagnostics)
    expect(answer.errors).toEqual([])
    return answer.data.gatewayDiagnostics
  }
  const guess = (actor: Actor) =>
    actor.ask(`mutation ($input: LoginInput!) { login(input: $input) { __typename ${limitFields} } }`, {
      input: { identifier: freshEmail(), password: goodPassword },
    })

  it('states the address of the client', async () => {
    expect(await diagnose(client(signing, '127.0.0.21', { 'user-agent': 'Phone/1' }))).toMatchObject({
      clientAddress: '127.0.0.21',
      clientAddressSource: 'SIGNED_EDGE',
      userAgent: 'Phone/1',
      edgeSignature: 'VALID',
    })
  })

  it('stands on everything that the gateway sends, references of other subgraphs too', async () => {
    const ada = client(signing, '127.0.0.22')
    const { accessToken, email } = await signUp(ada)
    const before = sent.length
    const written = await ada.ask(writeAndRead, {}, Actor.bearer(accessToken))
    expect(written.data.writePost).toMatchObject({ author: { email } })
    const [reference] = sent.slice(before)
    expect(reference?.body).toContain('_entities')
    expect(reference?.headers['x-gatehouse-edge']).toMatch(/^v1\.hive\./)
  })

  it('lets limits count by client', async () => {
    const last = await exhaust(3, () => guess(client(signing, '127.0.0.23')))
    expect(outcomeOf(last)).toBe('AuthRateLimitedProblem')
    expect(outcomeOf(await guess(client(signing, '127.0.0.24')))).toBe('InvalidCredentialsProblem')
  })

  it('means nothing under another secret', async () => {
    expect(await diagnose(client(forging, '127.0.0.25'))).toMatchObject({
      clientAddress: '127.0.0.1',
      clientAddressSource: 'SOCKET',
      edgeSignature: 'INVALID',
    })
  })

  it('has no effect if a client replays it, also with another body', async () => {
    await diagnose(client(signing, '127.0.0.26'))
    const { headers, body } = sent.at(-1) ?? { headers: {}, body: '' }
    const edge = headers['x-gatehouse-edge']
    const wire = new Wire(graph.url, '127.0.0.66')
    for (const text of [body, JSON.stringify({ query: diagnostics })]) {
      const init = { method: 'POST', headers: { ...headers, 'x-gatehouse-edge': edge ?? '' }, body: text }
      const answer = await (await wire.fetch(new Request(graph.url, init))).json()
      expect(Object.values(answer.data)).toMatchObject([
        { clientAddress: '127.0.0.66', clientAddressSource: 'SOCKET', edgeSignature: 'INVALID' },
      ])
    }
  })

  it('is not the client’s to send along', async () => {
    await diagnose(client(signing, '127.0.0.27'))
    const edge = sent.at(-1)?.headers['x-gatehouse-edge'] ?? ''
    const said = await diagnose(client(signing, '127.0.0.28', { 'x-gatehouse-edge': edge }))
    expect(said).toMatchObject({ clientAddress: '127.0.0.28', edgeSignature: 'VALID' })
  })

  it('says nothing about the client once it is stale; the client is not taken for the gateway either', async () => {
    shiftClock(40)
    expect(await diagnose(client(signing, '127.0.0.29'))).toMatchObject({
      clientAddress: null,
      edgeSignature: 'EXPIRED',
    })
  })
})
