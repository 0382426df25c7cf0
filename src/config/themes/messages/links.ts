import type { MailLinks } from '../../../domain/mail/mail-links.ts'
import type { EnvReader } from '../../env-reader.ts'
import { requireHttps } from '../../require-https.ts'
import { oneOf } from '../../rules/choice-rules.ts'
import { linkTemplate } from '../../rules/url-rules.ts'
import type { VariableName, Variables } from '../../variable.ts'

export const linkVariables = {
  LINK_TOKEN_IN: {
    default: 'query',
    description:
      'Part of the following links that has the token, unless they are set: `query` (`?token=…`) or `fragment` (`#token=…`, which browsers never send, so that no log contains it). The hosted pages read both. Pages of an application have to read it from there.',
  },
  LINK_VERIFY_EMAIL: {
    unset: '`APP_URL/verify-email`, with the token',
    description:
      'Page that verifies an e-mail address. `{token}` stands for the token; the same holds for the following links. All use https in production.',
  },
  LINK_DENY_REGISTRATION: {
    unset: '`APP_URL/deny-registration`, with the token',
    description: 'Page for "I did not register".',
  },
  LINK_RESET_PASSWORD: {
    unset: '`APP_URL/reset-password`, with the token',
    description: 'Page on which the user sets a new password.',
  },
  LINK_CONFIRM_EMAIL: {
    unset: '`APP_URL/confirm-email`, with the token',
    description: 'Page that confirms a new e-mail address.',
  },
  LINK_UNDO_EMAIL_CHANGE: {
    unset: '`APP_URL/undo-email-change`, with the token',
    description: 'Page that undoes the change of an e-mail address.',
  },
  LINK_UNLOCK_ACCOUNT: {
    unset: '`APP_URL/unlock-account`, with the token',
    description: 'Page that unlocks an account.',
  },
  LINK_REPORT_SESSION: {
    unset: '`APP_URL/report-session`, with the token',
    description: 'Page for "this was not me".',
  },
  LINK_UNDO_FACTOR_CHANGE: {
    unset: '`APP_URL/undo-factor-change`, with the token',
    description: 'Page that reverts the addition or removal of a second factor.',
  },
} as const satisfies Variables

export function readLinks(
  reader: EnvReader<typeof linkVariables>,
  appUrl: URL,
  production: boolean,
): MailLinks {
  const base = appUrl.href.replace(/\/$/, '')
  const place = reader.readOrDefault('LINK_TOKEN_IN', oneOf('query', 'fragment'))
  const mark = place === 'fragment' ? '#' : '?'
  const read = (name: VariableName<typeof linkVariables>, page: string) => {
    const fallback = `${base}/${page}${mark}token={token}`
    const link = reader.read(name, linkTemplate, fallback)
    if (link !== fallback) requireHttps(reader, name, new URL(link), production)
    return link
  }
  return {
    verifyEmail: read('LINK_VERIFY_EMAIL', 'verify-email'),
    denyRegistration: read('LINK_DENY_REGISTRATION', 'deny-registration'),
    resetPassword: read('LINK_RESET_PASSWORD', 'reset-password'),
    confirmEmail: read('LINK_CONFIRM_EMAIL', 'confirm-email'),
    undoEmailChange: read('LINK_UNDO_EMAIL_CHANGE', 'undo-email-change'),
    unlockAccount: read('LINK_UNLOCK_ACCOUNT', 'unlock-account'),
    reportSession: read('LINK_REPORT_SESSION', 'report-session'),
    undoFactorChange: read('LINK_UNDO_FACTOR_CHANGE', 'undo-factor-change'),
  }
}
