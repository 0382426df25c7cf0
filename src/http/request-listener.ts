import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type BareResponseDeps,
  invalidRequestResponse,
  unexpectedErrorResponse,
} from './answer/bare-response.ts'
import { sendResponse } from './answer/node-response.ts'
import { incomingProblem } from './request/incoming-problem.ts'

export type NodeHandler = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
) => Response | Promise<Response>

/** A listener for node:http: refuses invalid requests, handles the others, and writes the response to the socket. */
export function createRequestListener(deps: BareResponseDeps, handle: NodeHandler) {
  return function requestListener(incoming: IncomingMessage, outgoing: ServerResponse): void {
    respond(deps, handle, incoming, outgoing)
      .then((response) => sendResponse(response, outgoing))
      .catch(() => outgoing.destroy())
  }
}

async function respond(
  deps: BareResponseDeps,
  handle: NodeHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<Response> {
  try {
    const problem = incomingProblem(incoming)
    if (problem !== null) return invalidRequestResponse(deps, incoming.method, problem)
    return await handle(incoming, outgoing)
  } catch (error) {
    return unexpectedErrorResponse(deps, error)
  }
}
