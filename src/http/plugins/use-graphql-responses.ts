import { graphqlAnswer } from '../graphql-answer.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import type { PublicErrors } from '../public-errors.ts'
import type { RequestContexts } from '../request-context.ts'

export interface GraphqlResponsesDeps {
  readonly contexts: RequestContexts
  readonly errors: PublicErrors
}

/** Masks the errors of a result, decides the status and writes the answer, in place of Yoga's own processors. */
export function useGraphqlResponses({ contexts, errors }: GraphqlResponsesDeps): HttpPlugin {
  return {
    onResultProcess({ request, setResultProcessor }) {
      const context = contexts.of(request)
      const mediaType = context.mediaType ?? 'application/json'
      setResultProcessor(
        (result, { Response }) => graphqlAnswer(result, { context, errors, mediaType, Response }),
        mediaType,
      )
    },
  }
}
