import type { Config } from '../config/config.ts'
import { MailComposer } from '../domain/mail/mail-composer.ts'
import { PasswordPolicyService } from '../domain/passwords/password-policy-service.ts'
import { passwordPresets } from '../domain/passwords/password-rules.ts'
import { hostName } from '../domain/passwords/personal-words.ts'
import { AccountMails } from '../flows/steps/account-mails.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'

/** What flows and jobs share. */
export interface AccountServices {
  readonly mails: AccountMails
  /** The engine that judges every new password. */
  readonly passwordPolicy: PasswordPolicyService
}

export function createAccountServices(config: Config, infrastructure: Infrastructure): AccountServices {
  const { passwords, app, server } = config
  const { passwordScorer, breachChecker, logger, sealer, ids, clock } = infrastructure
  const composer = new MailComposer({ sealer, ids, clock })
  return {
    mails: new AccountMails({ composer, ids, clock, lives: config.oneTimeTokens }),
    passwordPolicy: new PasswordPolicyService({
      rules: { ...passwordPresets[passwords.policy], ...passwords.overrides },
      productWords: [app.name, hostName(app.url.hostname), hostName(server.publicUrl.hostname)],
      scorer: passwordScorer,
      breaches: breachChecker,
      logger,
    }),
  }
}
