import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebhookAlertSink } from '../../src/adapters/alerts/webhook-alert-sink.ts'
import { isPublicAddress, type Resolve } from '../../src/adapters/webhook/public-addresses.ts'
import type { SignedWebhookOptions } from '../../src/adapters/webhook/signed-webhook.ts'
import { AlertError } from '../../src/domain/alerts/alert-sink.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { AlertReceiver } from '../support/alert-receiver.ts'
import { noBreaker } from '../support/breakers.ts'

let receiver: AlertReceiver
beforeAll(async () => {
  receiver = await AlertReceiver.open()
})
afterAll(() => receiver.close())
beforeEach(() => {
  receiver.received.length = 0
  receiver.status = 204
})

const notice = {
  id: '0193-0:0',
  kind: 'FLOOD_BLOCKED',
  message: 'An address was blocked.',
  occurrences: 1,
  windowStart: new Date(0),
  windowEnd: new Date(300_000),
  details: {},
} as const

function sink(url: string, options: Partial<SignedWebhookOptions> = {}): WebhookAlertSink {
  return new WebhookAlertSink({
    url: new Secret(url),
    secret: new Secret('s3cret'),
    privateAllowed: false,
    clock: systemClock,
    breaker: noBreaker(),
    ...options,
  })
}

/** The name has these addresses; each look-up answers the next list, the last for ever. */
function names(...answers: readonly (readonly string[])[]): { resolve: Resolve; asked: string[] } {
  const asked: string[] = []
  const resolve: Resolve = (hostname, answer) => {
    const found = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(hostname)
    answer(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  return { resolve, asked }
}

const refusal = async (work: Promise<void>) => {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(AlertError)
  return error instanceof AlertError ? error.message : ''
}

describe('the webhook of alerts', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '017700000001',
    '0',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:8.8.8.8]',
    '[::7f00:1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fd00::1]',
    '[ff02::1]',
  ])('does not go to http://%s', async (host) => {
    expect(await refusal(sink(`http://${host}:${receiver.port}/`).send(notice))).toBe(
      'The webhook: PRIVATE_ADDRESS.',
    )
    expect(receiver.received).toEqual([])
  })

  it.each([
    [['127.0.0.1']],
    [['::ffff:127.0.0.1']],
    [['93.184.215.14', '10.0.0.1']],
    [['fe80::1%1']],
    [['0.0.0.0']],
    [[]],
  ])('does not go to a name with the addresses %j', async (addresses) => {
    const { resolve } = names(addresses)
    const url = `http://hooks.example.com:${receiver.port}/`
    expect(await refusal(sink(url, { resolve }).send(notice))).toBe('The webhook: PRIVATE_ADDRESS.')
    expect(receiver.received).toEqual([])
  })

  it('looks a name up once: what it checked is what it connects to', async () => {
    // Nobody has the first; the second answer would be the receiver.
    const { resolve, asked } = names(['3ffe::1'], ['127.0.0.1'])
    const url = `http://hooks.example.com:${receiver.port}/`
    await refusal(sink(url, { resolve, totalMs: 300 }).send(notice))
    expect(asked).toEqual(['hooks.example.com'])
    expect(receiver.received).toEqual([])
  })

  it('goes there where that is allowed', async () => {
    const { resolve } = names(['127.0.0.1'])
    await sink(`http://localhost:${receiver.port}/`, { resolve, privateAllowed: true }).send(notice)
    await sink(`http://127.0.0.1:${receiver.port}/`, { privateAllowed: true }).send(notice)
    expect(receiver.received).toHaveLength(2)
  })

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1'])(
    'could go to %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )

  it('says that it took too long, was not answered or was refused, and nothing of the URL', async () => {
    const patient = sink(receiver.url, { privateAllowed: true, totalMs: 200 })
    receiver.status = null
    expect(await refusal(patient.send(notice))).toBe('The webhook took too long.')
    receiver.status = 404
    expect(await refusal(patient.send(notice))).toBe('The webhook: HTTP 404.')
    const closed = sink('http://127.0.0.1:1/s3same', { privateAllowed: true })
    expect(await refusal(closed.send(notice))).toBe('The webhook: ECONNREFUSED.')
    const unreachable = sink(`http://${'s3same'.repeat(50)}.invalid/`)
    expect(await refusal(unreachable.send(notice))).toMatch(/^The webhook: E[A-Z_]+\.$/)
  })
})
