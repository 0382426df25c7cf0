import type { HttpPlugin, RequestEvent, ResponseEvent, YogaPlugin } from './http-plugin.ts'

type Hook<Event> = (event: Event) => void | Promise<void>

/**
 * Joins the hooks of plugins for requests and responses, so that Yoga calls one of each. It makes some fifteen objects for
 * each hook that it calls.
 */
export function joinHooks(plugins: readonly HttpPlugin[]): YogaPlugin[] {
  const requestHooks: readonly Hook<RequestEvent>[] = plugins.flatMap(({ onRequest }) => onRequest ?? [])
  const responseHooks: readonly Hook<ResponseEvent>[] = plugins.flatMap(({ onResponse }) => onResponse ?? [])
  const joined: YogaPlugin = {
    onRequest({ request, serverContext, endResponse }) {
      let ended = false
      const event: RequestEvent = {
        request,
        serverContext,
        endResponse(response) {
          ended = true
          endResponse(response)
        },
      }
      return runInTurn(requestHooks, event, () => ended)
    },
    onResponse({ request, response, setResponse }) {
      const event = {
        request,
        response,
        setResponse(replacement: Response) {
          event.response = replacement
          setResponse(replacement)
        },
      }
      return runInTurn(responseHooks, event, () => false)
    },
  }
  return [joined, ...plugins.map(({ onRequest: _request, onResponse: _response, ...others }) => others)]
}

/** Runs hooks until one ends the turn. Synchronous, except for those that return a promise. */
function runInTurn<Event>(
  hooks: readonly Hook<Event>[],
  event: Event,
  isOver: () => boolean,
  from = 0,
): void | Promise<void> {
  for (let next = from; next < hooks.length && !isOver(); next += 1) {
    const pending = hooks[next]?.(event)
    if (pending instanceof Promise) return pending.then(() => runInTurn(hooks, event, isOver, next + 1))
  }
}
