import type { Config } from '../../config/config.ts'
import { tryMail } from '../../infrastructure/doctor-probes.ts'
import { errorText } from '../../lib/text/error-text.ts'
import { type Finding, failure, ok } from './finding.ts'

const check = 'mail'

/** Whether the mail server, or the API, accepts the credentials. Sends nothing. */
export async function checkMail({ mail }: Pick<Config, 'mail'>): Promise<Finding> {
  if (mail === null) return ok(check, 'Off: no mail is sent.')
  if (mail.transport === 'mailbox') return ok(check, 'Kept in the development mailbox.')
  const [name, variables] =
    mail.transport === 'smtp' ? ['The mail server', 'SMTP_URL'] : ['SendGrid', 'SENDGRID_API_KEY']
  try {
    await tryMail(mail)
    return ok(check, `${name} accepts the credentials. Nothing was sent.`)
  } catch (error) {
    return failure(
      check,
      `${name} cannot be used: ${errorText(error)}`,
      `Check ${variables} and the network.`,
    )
  }
}
