import { describe, expect, it } from 'vitest'
import type { HttpPlugin } from '../../src/http/plugins/http-plugin.ts'
import { joinHooks } from '../../src/http/plugins/join-hooks.ts'

const request = new Request('http://localhost/graphql')
const serverContext = { peerAddress: null, incoming: null }

/** What the joined plugin does for one request, with hooks that note their names. */
function joined(plugins: (note: (name: string) => void) => readonly HttpPlugin[]) {
  const calls: string[] = []
  const [plugin] = joinHooks(plugins((name) => calls.push(name)))
  const ended: Response[] = []
  const sent: Response[] = []
  const event = { request, serverContext, endResponse: (response: Response) => ended.push(response) }
  return {
    calls,
    ended,
    sent,
    // biome-ignore lint/suspicious/noExplicitAny: the hooks read only a part of Yoga's event
    begin: () => plugin?.onRequest?.(event as any),
    answer: (response: Response) =>
      // biome-ignore lint/suspicious/noExplicitAny: as above
      plugin?.onResponse?.({ request, response, setResponse: (next: Response) => sent.push(next) } as any),
  }
}

describe('joined hooks', () => {
  it('run in their order, at once if none waits', () => {
    const turn = joined((note) => [
      { onRequest: () => note('first') },
      {},
      { onRequest: () => note('second') },
    ])
    expect(turn.begin()).toBe(undefined)
    expect(turn.calls).toEqual(['first', 'second'])
  })

  it('wait for a hook before the next one', async () => {
    const turn = joined((note) => [
      { onRequest: () => Promise.resolve().then(() => note('slow')) },
      { onRequest: () => note('next') },
      { onRequest: () => Promise.resolve().then(() => note('slow again')) },
      { onRequest: () => note('last') },
    ])
    await turn.begin()
    expect(turn.calls).toEqual(['slow', 'next', 'slow again', 'last'])
  })

  it.each(['at once', 'later'])('run none after a hook that responds %s', async (when) => {
    const response = new Response('refused')
    const turn = joined((note) => [
      {
        onRequest({ endResponse }) {
          if (when === 'at once') return endResponse(response)
          return Promise.resolve().then(() => endResponse(response))
        },
      },
      { onRequest: () => note('never') },
    ])
    await turn.begin()
    expect([turn.calls, turn.ended]).toEqual([[], [response]])
  })

  it.each(['throws', 'rejects'])('fail with a hook that %s', async (how) => {
    const turn = joined((note) => [
      {
        onRequest() {
          if (how === 'throws') throw new Error('broken')
          return Promise.reject(new Error('broken'))
        },
      },
      { onRequest: () => note('never') },
    ])
    await expect((async () => turn.begin())()).rejects.toThrow('broken')
    expect(turn.calls).toEqual([])
  })

  it('show a replaced response to the hooks that follow', () => {
    const [first, second] = [new Response('first'), new Response('second')]
    const seen: Response[] = []
    const turn = joined(() => [
      { onResponse: ({ setResponse }) => setResponse(second) },
      { onResponse: ({ response }) => void seen.push(response) },
    ])
    turn.answer(first)
    expect([seen, turn.sent]).toEqual([[second], [second]])
  })

  it('leave the other hooks of a plugin to Yoga, and each request hook to the joined one', () => {
    const onExecute = () => undefined
    const [, rest] = joinHooks([{ onRequest: () => undefined, onResponse: () => undefined, onExecute }])
    expect(rest).toEqual({ onExecute })
  })
})
