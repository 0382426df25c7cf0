import { graphqlResponse, publicResult } from '../../answer/graphql-response.ts'
import { isStream, maskedStream } from '../../answer/masked-stream.ts'
import type { PublicErrors } from '../../answer/public-errors.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface GraphqlResponsesDeps {
  readonly contexts: RequestContexts
  readonly errors: PublicErrors
}

/**
 * Masks the errors of a result, decides the status and writes the response, in place of Yoga's own processors. Yoga sends
 * streams, and every result if the client only accepts events, as Server-Sent Events.
 */
export function useGraphqlResponses({ contexts, errors }: GraphqlResponsesDeps): HttpPlugin {
  return {
    onResultProcess({ request, result, setResult, setResultProcessor }) {
      const context = contexts.of(request)
      const { mediaType } = context
      const mask = (one: unknown) => publicResult(one, { context, errors })
      if (isStream(result)) setResult(maskedStream(result, mask))
      else if (mediaType === null && context.acceptsEvents) setResult(mask(result))
      else
        setResultProcessor(
          (processed, { Response }) =>
            graphqlResponse(processed, {
              context,
              errors,
              mediaType: mediaType ?? 'application/json',
              Response,
            }),
          mediaType ?? 'application/json',
        )
    },
  }
}
