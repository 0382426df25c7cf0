import type { PhoneCodeMessage } from '../../domain/mail/mail.ts'
import type { MailBranding } from '../../domain/mail/mail-branding.ts'
import type { TextMessage } from '../../domain/mail/text-transport.ts'
import { minuteMs, minuteSeconds } from '../../lib/time/duration.ts'
import type { Language } from '../../texts/languages.ts'
import { mailTexts } from '../../texts/mails/catalogues.ts'

/** Writes the text message with a code. `id` is the one of its row in the queue. */
export function writePhoneCode(
  id: string,
  { phoneNumber, code, expiresAt: until }: PhoneCodeMessage,
  { app, language, now }: { app: Pick<MailBranding, 'name'>; language: Language; now: Date },
): TextMessage {
  const expiresAt = new Date(until)
  const minutes = Math.max(1, Math.floor((expiresAt.getTime() - now.getTime()) / minuteMs))
  const text = mailTexts[language].phoneCode({ app: app.name, code, seconds: minutes * minuteSeconds })
  return { id, to: phoneNumber, text: withPlainSpaces(text), language, code, expiresAt }
}

/** Intl writes no-break spaces. They are outside of the GSM alphabet and would halve the length of a message. */
function withPlainSpaces(text: string): string {
  return text.replace(/\p{Zs}/gu, ' ')
}
