import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Stopwatch } from '../support/stopwatch.ts'
import { exchange, type LiveServer, open, postText, startServer } from './support/raw-socket.ts'
import { createTestHttpApp } from './support/test-http-app.ts'

const app = createTestHttpApp()
const hello = '{"query":"{ hello }"}'
const touch = '{"query":"mutation { touch }"}'
const status = (answer: string) => answer.slice(0, answer.indexOf('\r\n'))
const statuses = (answer: string) => answer.match(/HTTP\/1\.1 [0-9]{3}/g) ?? []

describe('the socket', () => {
  let server: LiveServer
  beforeAll(async () => {
    server = await startServer(app)
  })
  afterAll(() => server.close())

  it('answers a plain request', async () => {
    const answer = await exchange(server.port, postText(hello))
    expect(status(answer)).toBe('HTTP/1.1 200 OK')
    expect(answer).toContain('{"data":{"hello":"world"}}')
    expect(answer).not.toMatch(/^(server|x-powered-by|x-yoga-id):/im)
  })

  it('answers 400 to targets that are no path', async () => {
    for (const target of [
      'http://localhost:4000/graphql',
      'http://evil.example/graphql',
      '*',
      'graphql',
      'http://[',
      '/gr\u0001',
      '/ä',
    ]) {
      const answer = await exchange(server.port, postText(touch, [], target))
      expect([target, status(answer)]).toEqual([target, 'HTTP/1.1 400 Bad Request'])
    }
    expect(
      statuses(await exchange(server.port, 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n', 500)),
    ).toEqual(['HTTP/1.1 400'])
  })

  it('answers 400 to a rubbish Host, 421 to a foreign one', async () => {
    const request = (host: string) =>
      `GET /graphql?query={hello} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
    const rubbish = [
      '',
      'a b',
      '[',
      '[::1',
      'a:99999',
      'a:b',
      '%zz',
      'a/b',
      'a@b',
      'a?b',
      'a#b',
      'x'.repeat(300),
      '-',
      '[1::2::3]',
      'a,b',
    ]
    for (const host of rubbish) {
      expect([host, statuses(await exchange(server.port, request(host)))]).toEqual([host, ['HTTP/1.1 400']])
    }
    expect(status(await exchange(server.port, request('evil.example')))).toMatch(/421/)
    expect(status(await exchange(server.port, request('localhost.')))).toMatch(/421/)
    const without = 'GET /graphql?query={hello} HTTP/1.1\r\nConnection: close\r\n\r\n'
    expect(statuses(await exchange(server.port, without))).toEqual(['HTTP/1.1 400'])
    const old = 'GET /health/live HTTP/1.0\r\n\r\n'
    expect(statuses(await exchange(server.port, old))).toEqual(['HTTP/1.1 400'])
  })

  it('answers 400 to doubled headers that must be single', async () => {
    for (const name of [
      'Authorization',
      'Content-Length',
      'Origin',
      'X-CSRF-Token',
      'Content-Type',
      'Host',
      'X-Api-Key',
      'X-Gatehouse-Edge',
    ]) {
      const value = name === 'Host' ? 'localhost:4000' : name === 'Content-Type' ? 'application/json' : 'a=b'
      const answer = await exchange(
        server.port,
        postText(touch, [`${name}: ${value}`, `${name.toUpperCase()}: ${value}`]),
      )
      expect([name, status(answer)]).toEqual([name, 'HTTP/1.1 400 Bad Request'])
      expect(answer).toMatch(/x-request-id: /)
      expect(answer).toMatch(/x-content-type-options: nosniff/)
    }
  })

  it('joins the lines of headers that proxies repeat', async () => {
    const cookie = '__Host-gatehouse-refresh=ghr_abc'
    const ask = (headers: readonly string[]) =>
      exchange(server.port, postText('{"query":"{ whoAmI }"}', headers))
    const split = await ask(['Cookie: a=b', `Cookie: ${cookie}`, 'Cookie: c=d'])
    expect(split).toContain('ghr_abc')
    const twice = await ask([`Cookie: ${cookie}`, `Cookie: ${cookie}`])
    expect(twice).toContain('\\"refused\\":true')
    expect(twice).not.toContain('ghr_abc')
    for (const name of ['X-Forwarded-For', 'Forwarded'])
      expect(status(await ask([`${name}: 198.51.100.1`, `${name}: 198.51.100.2`]))).toMatch(/200/)
  })

  it('responds 431 to more than 100 headers of any kind before it reads one of them', async () => {
    const junk = (count: number) => Array.from({ length: count }, (_, index) => `F${index}: 1`)
    const own = 4
    expect(status(await exchange(server.port, postText(hello, junk(100 - own))))).toMatch(/200/)
    for (const headers of [junk(101 - own), junk(2000), Array(120).fill('Cookie: a=b')]) {
      const answer = await exchange(server.port, postText(touch, headers))
      expect(status(answer)).toBe('HTTP/1.1 431 Request Header Fields Too Large')
      expect(answer).toMatch(/x-request-id: /)
      expect(answer).toMatch(/x-content-type-options: nosniff/)
    }
    expect(app.seen.mutations).toBe(0)
  })

  it('lets no request hide in another one', async () => {
    const head = 'POST /graphql HTTP/1.1\r\nHost: localhost:4000\r\nContent-Type: application/json\r\n'
    const smuggled = [
      `${head}Content-Length: ${touch.length}\r\nContent-Length: 5\r\n\r\n${touch}`,
      `${head}Content-Length: ${touch.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${touch}`,
      `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
      `${head}Content-Length: +5\r\n\r\n${touch}`,
      `${head}Content-Length: -1\r\n\r\n${touch}`,
      `${head}Content-Length : 5\r\n\r\n${touch}`,
      `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n${touch}\r\n0\r\n\r\n`,
      `${head}X: a\r\n folded: b\r\n\r\n`,
      `${head}X-Null: a\u0000b\r\n\r\n`,
      'NONSENSE\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001',
    ]
    for (const bytes of smuggled) {
      const answer = await exchange(server.port, bytes)
      expect([bytes.slice(90, 160), statuses(answer)]).toEqual([bytes.slice(90, 160), ['HTTP/1.1 400']])
    }
    expect(app.seen.mutations).toBe(0)
  })

  it('answers 431 to huge headers', async () => {
    const answer = await exchange(server.port, postText(touch, [`X-Large: ${'x'.repeat(20_000)}`]))
    expect(status(answer)).toMatch(/431/)
  })

  it('puts the headers of every response on those of the parser', async () => {
    const headersOf = (answer: string) =>
      answer
        .slice(0, answer.indexOf('\r\n\r\n'))
        .split('\r\n')
        .slice(1)
        .map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
        .toSorted()
    const usual = await exchange(server.port, postText(touch, [], '*'))
    expect(status(usual)).toMatch(/400/)
    const slow = exchange(server.port, 'POST /graphql HTTP/1.1\r\nHost: local', 9000)
    const answers = [
      await exchange(server.port, 'NONSENSE\r\n\r\n'),
      await exchange(server.port, postText(touch, [`X-Large: ${'x'.repeat(20_000)}`])),
      await slow,
    ]
    expect(answers.flatMap(statuses)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 431', 'HTTP/1.1 408'])
    for (const answer of answers) {
      expect(headersOf(answer)).toEqual(headersOf(usual))
      const body = answer.slice(answer.indexOf('\r\n\r\n') + 4)
      expect(JSON.parse(body)).toEqual({ error: expect.any(String) })
      expect(answer).toContain(`content-length: ${Buffer.byteLength(body)}\r\n`)
    }
    const logged = app.lines.filter(({ fields }) => fields.status === 408)
    expect(answers[2]).toContain(`x-request-id: ${logged[0]?.fields.requestId}`)
  })

  it('answers an error, never 500, to deep brackets', async () => {
    for (const body of [
      '['.repeat(90_000),
      `{"query":"{ hello(a: ${'['.repeat(45_000)}"}`,
      `{"query":"${'{a'.repeat(40_000)}"}`,
      `{"a":`.repeat(15_000),
    ]) {
      const answer = await exchange(server.port, postText(body))
      expect(status(answer)).toMatch(/HTTP\/1\.1 (200|400) /)
      expect(answer).toContain('"errors"')
    }
  })

  it('takes chunked bodies up to the limit', async () => {
    const head =
      'POST /graphql HTTP/1.1\r\nHost: localhost:4000\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n'
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
    const answer = await exchange(
      server.port,
      head + chunk(hello.slice(0, 5)) + chunk(hello.slice(5)) + chunk(''),
    )
    expect(answer).toContain('{"data":{"hello":"world"}}')
    const flood = await exchange(server.port, head + chunk('x'.repeat(60_000)).repeat(3) + chunk(''))
    expect(status(flood)).toMatch(/413/)
  })

  it('answers 413 to a body of 20 MB, announced or not, and goes on', async () => {
    const body = Buffer.alloc(20_000_000, 'x')
    const headers = { 'content-type': 'application/json' }
    const url = `http://127.0.0.1:${server.port}/graphql`
    const announced = await fetch(url, { method: 'POST', headers, body })
    expect([announced.status, (await announced.json()).errors[0].extensions.code]).toEqual([
      413,
      'BAD_USER_INPUT',
    ])
    const stream = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < 20; sent += 1) controller.enqueue(body.subarray(0, 1_000_000))
        controller.close()
      },
    })
    const chunked = await fetch(url, { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit)
    expect(chunked.status).toBe(413)
    const huge = await exchange(
      server.port,
      postText('', ['Content-Length: 5000000000']).replace('Content-Length: 0\r\n', ''),
    )
    expect(status(huge)).toMatch(/413/)
    expect((await fetch(url, { method: 'POST', headers, body: hello })).status).toBe(200)
  })

  it('drops slow headers, slow bodies and silent sockets, and serves others meanwhile', async () => {
    const dropped = async (bytes: string) => {
      const watch = new Stopwatch()
      const socket = await open(server.port)
      socket.on('error', () => undefined)
      socket.resume()
      socket.write(bytes)
      await new Promise((resolve) => socket.once('close', resolve))
      return watch.stop()
    }
    const head = postText(hello)
    const slow = [
      ...Array.from({ length: 20 }, () => dropped('POST /graphql HTTP/1.1\r\nHost: local')),
      ...Array.from({ length: 5 }, () => dropped(head.slice(0, -5))),
      ...Array.from({ length: 20 }, () => dropped('')),
    ]
    expect(statuses(await exchange(server.port, postText(hello)))).toEqual(['HTTP/1.1 200'])
    expect(Math.max(...(await Promise.all(slow)))).toBeLessThan(12_000)
  })

  it('gives a client that hangs up no power over the process', async () => {
    for (const bytes of [postText('{"query":"{ slow(ms: 100) }"}'), postText(hello).slice(0, -3)]) {
      const socket = await open(server.port)
      socket.write(bytes)
      await new Promise((resolve) => setTimeout(resolve, 30))
      socket.destroy()
    }
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(statuses(await exchange(server.port, postText(hello)))).toEqual(['HTTP/1.1 200'])
  })
})
