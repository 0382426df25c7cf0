import { type DocumentNode, GraphQLError, getOperationAST, Kind } from 'graphql'
import { DocumentMeter } from '../../documents/document-meter.ts'
import type { RequestContexts } from '../../request/request-context.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/**
 * Finds the operation that is asked for, once per request; GET runs no mutation, and no query that is for POST
 * alone: what stands in an address is kept by logs and caches.
 */
export function useOperation(contexts: RequestContexts, postOnly: ReadonlySet<string>): HttpPlugin {
  return {
    onParse:
      () =>
      ({ context, result }) => {
        if (!isDocument(result)) return
        const operation = getOperationAST(result, context.params.operationName)
        if (operation === null || operation === undefined) throw noOperation()
        contexts.of(context.request).operation = {
          type: operation.operation,
          name: operation.name?.value ?? null,
        }
        if (context.request.method !== 'GET') return
        if (operation.operation === 'mutation') throw notByGet('Mutations want a POST request.')
        if (new DocumentMeter(result).countRootFields(operation, postOnly) > 0)
          throw notByGet('This query carries a secret: it wants a POST request.')
      },
    onSubscribe({ args }) {
      const { request } = args.contextValue
      if (!contexts.of(request).takesEvents) throw eventsOnly()
    },
  }
}

function isDocument(result: unknown): result is DocumentNode {
  return typeof result === 'object' && result !== null && 'kind' in result && result.kind === Kind.DOCUMENT
}

function noOperation(): GraphQLError {
  return new GraphQLError('operationName must name one of the operations in the document.', {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  })
}

function eventsOnly(): RequestRefusal {
  const message = 'A subscription is answered as text/event-stream, which Accept has to name.'
  return new RequestRefusal(406, 'BAD_USER_INPUT', message)
}

function notByGet(message: string): RequestRefusal {
  const headers = { allow: 'POST' }
  return new RequestRefusal(405, 'BAD_USER_INPUT', message, { headers })
}
