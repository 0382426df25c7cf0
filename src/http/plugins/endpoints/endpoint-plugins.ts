import type { HttpPlugin } from '../http-plugin.ts'
import type { PluginDeps } from '../plugin-deps.ts'
import { ServiceAuth } from './service-auth.ts'
import { useGraphiql } from './use-graphiql.ts'
import { useGraphqlRoute } from './use-graphql-route.ts'
import { useHealth } from './use-health.ts'
import { useJwks } from './use-jwks.ts'
import { useMailbox } from './use-mailbox.ts'
import { useMetrics } from './use-metrics.ts'
import { useOauthMetadata } from './use-oauth-metadata.ts'
import { usePages } from './use-pages.ts'
import { useRevocationFeed } from './use-revocation-feed.ts'
import { type StartedParts, useStartPage } from './use-start-page.ts'
import { useTokenIntrospection } from './use-token-introspection.ts'
import { useTokenRevocation } from './use-token-revocation.ts'
import { useWebauthnOrigins } from './use-webauthn-origins.ts'

/** Other endpoints, open to every address. */
export function openEndpoints(deps: PluginDeps): HttpPlugin[] {
  const { contexts, health, drain, logger, config, tokenServices } = deps
  const keys = { contexts, logger, jwks: () => deps.jwks() }
  const { publicUrl } = config.server
  return [
    ...useHealth({ contexts, health, drain }),
    useJwks(keys),
    useWebauthnOrigins(contexts, config.webauthn),
    ...(tokenServices === null
      ? []
      : useOauthMetadata({ ...keys, publicUrl, issuer: tokenServices.tokens.issuer })),
  ]
}

/** Other endpoints, behind the same address rules and blocks as GraphQL. Only GraphQL requests pass the last one. */
export function admittedEndpoints(deps: PluginDeps): HttpPlugin[] {
  const { contexts, shownMetrics, mailbox, config } = deps
  return [
    ...(shownMetrics === null ? [] : [useMetrics(contexts, shownMetrics)]),
    ...(mailbox === null ? [] : [useMailbox(contexts, mailbox)]),
    ...(config.graphiql ? [useGraphiql(contexts)] : []),
    ...(config.environment === 'production' ? [] : [useStartPage(contexts, startedParts(deps))]),
    ...(config.pages === null ? [] : [usePages(contexts, { ...config, pages: config.pages })]),
    ...serviceEndpoints(deps),
    useGraphqlRoute(contexts),
  ]
}

function startedParts({ config, mailbox }: PluginDeps): StartedParts {
  const { app, pages, graphiql } = config
  return { name: app.name, pages: pages !== null, graphiql, mailbox: mailbox !== null }
}

/** Endpoints that other services call with an API key or an access token. */
function serviceEndpoints(deps: PluginDeps): HttpPlugin[] {
  const { contexts, tokenServices, rateLimits, logger, foreignPages } = deps
  if (tokenServices === null) return []
  const { authenticate, chargeCall, denials } = tokenServices
  const isUnavailable = (error: unknown) => deps.isUnavailable(error)
  const auth = new ServiceAuth({
    contexts,
    foreignPages,
    authenticate,
    chargeCall,
    denials,
    rateLimits,
    isUnavailable,
    logger,
  })
  const shared = { contexts, auth, ...tokenServices }
  return [useTokenIntrospection(shared), useTokenRevocation(shared), useRevocationFeed(shared)]
}
