import type { HttpPlugin } from '../http-plugin.ts'
import type { PluginDeps } from '../plugin-deps.ts'
import { useRequestContext } from './use-request-context.ts'
import { useTrustedEdge } from './use-trusted-edge.ts'
import { useTrustedHosts } from './use-trusted-hosts.ts'

/** Who is it? Reads the request, checks the host that it addresses, and verifies the signature of its gateway. */
export function identityPlugins({ contexts, config, trustedEdge }: PluginDeps): HttpPlugin[] {
  return [
    useRequestContext(contexts),
    useTrustedHosts({ contexts, allowedHosts: config.server.allowedHosts }),
    useTrustedEdge(contexts, trustedEdge),
  ]
}
