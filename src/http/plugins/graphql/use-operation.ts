import { type DocumentNode, GraphQLError, getOperationAST, Kind } from 'graphql'
import { DocumentMeter } from '../../documents/document-meter.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/**
 * Finds the operation to execute, once per request. GET cannot execute mutations, nor queries that require POST because
 * they carry a secret: logs and caches keep URLs.
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
        if (operation.operation === 'mutation') throw notByGet('Mutations require a POST request.')
        if (new DocumentMeter(result).countRootFields(operation, postOnly) > 0)
          throw notByGet('This query carries a secret and requires a POST request.')
      },
    onSubscribe({ args }) {
      const { request } = args.contextValue
      if (!contexts.of(request).acceptsEvents) throw eventsOnly()
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
  const message = 'Subscriptions are sent as text/event-stream, which the Accept header must name.'
  return new RequestRefusal(406, 'BAD_USER_INPUT', message)
}

function notByGet(message: string): RequestRefusal {
  const headers = { allow: 'POST' }
  return new RequestRefusal(405, 'BAD_USER_INPUT', message, { headers })
}
