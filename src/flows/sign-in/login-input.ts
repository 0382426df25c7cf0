import { z } from 'zod'
import { tokenTransports } from '../../domain/sessions/session.ts'
import { deviceHints, identifier, parseInput, presentedPassword, tenantSlug } from '../steps/input.ts'

const rules = z.object({
  identifier,
  password: presentedPassword,
  rememberMe: z.boolean(),
  tenant: tenantSlug.nullish(),
  tokenTransport: z.enum(tokenTransports),
  device: deviceHints.nullish(),
  deviceToken: z.string().nullish(),
  rememberedDeviceToken: z.string().nullish(),
})

export type LoginInput = z.input<typeof rules>

/** The input of a login after validation. */
export type ValidLoginInput = z.output<typeof rules>

/** @throws InvalidInputProblem */
export function parseLogin(raw: LoginInput): ValidLoginInput {
  return parseInput(rules, raw)
}
