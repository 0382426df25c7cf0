import { acceptsGzip } from '../../answer/accepts-gzip.ts'
import { matchesEtag } from '../../answer/etag.ts'
import { emptyResponse } from '../../answer/json-response.ts'
import {
  buildGraphiqlPage,
  type GraphiqlPage,
  graphiqlPolicy,
  uncompressed,
} from '../../html/graphiql-page.ts'
import { graphqlPath } from '../../request/graphql-path.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** Serves GraphiQL to browsers that open /graphql; it loads nothing from other hosts. */
export function useGraphiql(contexts: RequestContexts): HttpPlugin {
  let building: Promise<GraphiqlPage> | null = null
  const page = () => {
    building ??= buildGraphiqlPage(graphqlPath)
    return building
  }
  return {
    onRequest({ request, endResponse }) {
      if (request.method !== 'GET') return
      const { path } = contexts.of(request)
      if (path !== graphqlPath || !request.headers.get('accept')?.includes('text/html')) return
      return page()
        .then((built) => pageResponse(request, built))
        .then(endResponse)
    },
  }
}

async function pageResponse(request: Request, page: GraphiqlPage): Promise<Response> {
  const headers = {
    'content-security-policy': graphiqlPolicy,
    'cache-control': 'no-cache',
    etag: page.etag,
    vary: 'Accept, Accept-Encoding',
  }
  if (matchesEtag(request, page.etag)) return emptyResponse(304, headers)
  const type = { ...headers, 'content-type': 'text/html; charset=utf-8' }
  if (acceptsGzip(request)) {
    return new Response(page.gzipped, { headers: { ...type, 'content-encoding': 'gzip' } })
  }
  return new Response(await uncompressed(page), { headers: type })
}
