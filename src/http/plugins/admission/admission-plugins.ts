import type { HttpPlugin } from '../http-plugin.ts'
import type { PluginDeps } from '../plugin-deps.ts'
import { useAddressRules } from './use-address-rules.ts'
import { useCors } from './use-cors.ts'
import { useFloodGuard } from './use-flood-guard.ts'
import { useRateLimits } from './use-rate-limits.ts'

/** May it come in? Address rules, request limits, blocks of flooding addresses, and CORS. */
export function admissionPlugins(deps: PluginDeps): HttpPlugin[] {
  const { contexts, addressRules: rules, floodGuard: guard, metrics, rateLimits, config, logger } = deps
  return [
    useAddressRules({ contexts, rules, metrics }),
    useRateLimits({ contexts, rateLimits }),
    ...(guard === null ? [] : [useFloodGuard({ contexts, guard, rules, metrics })]),
    useCors({ contexts, logger, ...config.server }),
  ]
}
