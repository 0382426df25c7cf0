import type { DrainState } from '../drain-state.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** While the process shuts down, each response closes its connection. */
export function useDrain(drain: DrainState): HttpPlugin {
  return {
    onResponse({ response }) {
      if (drain.started) response.headers.set('connection', 'close')
    },
  }
}
