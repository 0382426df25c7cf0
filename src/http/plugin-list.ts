import { admissionPlugins } from './plugins/admission/admission-plugins.ts'
import { answerPlugins } from './plugins/answer/answer-plugins.ts'
import { admittedEndpoints, openEndpoints } from './plugins/endpoints/endpoint-plugins.ts'
import { graphqlPlugins } from './plugins/graphql/graphql-plugins.ts'
import type { YogaPlugin } from './plugins/http-plugin.ts'
import { identityPlugins } from './plugins/identity/identity-plugins.ts'
import { joinHooks } from './plugins/join-hooks.ts'
import type { PluginDeps } from './plugins/plugin-deps.ts'

/**
 * The plugins in the order in which they see a request. The endpoints are split around admission, because load balancers
 * and resource servers must reach health and keys from every address, even from one that is denied or blocked.
 */
export function pluginList(deps: PluginDeps): YogaPlugin[] {
  return joinHooks([
    ...identityPlugins(deps),
    ...openEndpoints(deps),
    ...admissionPlugins(deps),
    ...admittedEndpoints(deps),
    ...graphqlPlugins(deps),
    ...answerPlugins(deps),
  ])
}
