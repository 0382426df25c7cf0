import type { Config } from '../../../config/config.ts'
import type { PagesConfig } from '../../../config/themes/service/pages.ts'
import { negotiateLanguage } from '../../../texts/languages.ts'
import { acceptsGzip } from '../../answer/accepts-gzip.ts'
import { methodNotAllowed } from '../../answer/json-response.ts'
import { loadPageAssets, type PageAsset, type PageAssets } from '../../html/page-assets.ts'
import { pageAt, pagePolicy, pageShell } from '../../html/page-shell.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface ShownPages extends Pick<Config, 'app' | 'emailVerification' | 'factors'> {
  readonly pages: PagesConfig
}

const assetFolder = '/pages/'

/**
 * Serves the hosted pages and their files. A page sets no cookie and changes nothing: its script calls the API as an
 * application does, after the user has pressed a button.
 */
export function usePages(contexts: RequestContexts, shown: ShownPages): HttpPlugin {
  const { app, pages } = shown
  let loading: Promise<PageAssets> | null = null
  const assets = () => {
    loading ??= loadPageAssets(app, pages).catch((error: unknown) => {
      loading = null
      throw error
    })
    return loading
  }
  const pageResponse = (
    request: Request,
    page: NonNullable<ReturnType<typeof pageAt>>,
    loaded: PageAssets,
  ) => {
    const language = negotiateLanguage(request.headers.get('accept-language'))
    const facts = {
      returnOrigins: pages.returnOrigins,
      verifiesEmail: shown.emailVerification !== 'off',
      remembersDevices: shown.factors.rememberDeviceDays !== null,
    }
    return new Response(pageShell({ page, language, app, ...facts, assets: loaded }), {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': pagePolicy,
        vary: 'Accept-Language',
      },
    })
  }
  /** Null: there is no such file. */
  const responseTo = async (request: Request, path: string): Promise<Response | null> => {
    const page = pageAt(path)
    const loaded = await assets()
    const asset = loaded.files.get(path.slice(assetFolder.length))
    if (page === null && asset === undefined) return null
    if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed('GET, HEAD')
    if (page !== null) return pageResponse(request, page, loaded)
    return asset === undefined ? null : assetResponse(request, asset)
  }
  return {
    onRequest({ request, endResponse }) {
      const { path } = contexts.of(request)
      if (pageAt(path) === null && !path.startsWith(assetFolder)) return
      return responseTo(request, path).then((response) => {
        if (response !== null) endResponse(response)
      })
    },
  }
}

function assetResponse(request: Request, { type, bytes, gzipped }: PageAsset): Response {
  const headers = {
    'content-type': type,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
  }
  if (gzipped === null || !acceptsGzip(request)) return new Response(bytes, { headers })
  return new Response(gzipped, { headers: { ...headers, 'content-encoding': 'gzip' } })
}
