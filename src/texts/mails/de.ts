import { dateInWords, momentInWords } from '../dates.ts'
import { exactDuration, plural } from '../numbers.ts'
import type { MailTexts } from './en.ts'
import { factsIn } from './facts.ts'

const { device, place, keys } = factsIn('de', {
  onSystem: (browser, os) => `${browser} unter ${os}`,
  unknownDevice: 'unbekannt',
  network: (network) => `Netz ${network}`,
  unknownPlace: 'unbekannt',
  quoted: (name) => `„${name}“`,
  andMore: (count) =>
    `und ${count} ${plural('de', count, { one: 'weiterer Schlüssel', other: 'weitere Schlüssel' })}`,
})

const reportEffect =
  'Er meldet alle Geräte ab, widerruft alle API-Schlüssel und sendet Ihnen einen Link, mit dem Sie ein neues Passwort festlegen.'
const undoEffect =
  'Er macht diese Änderung rückgängig, erklärt die Wiederherstellungscodes für ungültig, meldet alle Geräte ab, widerruft alle API-Schlüssel und sendet Ihnen einen Link, mit dem Sie ein neues Passwort festlegen.'

/** The German texts of mails and text messages, in the formal form of address. */
export const de: MailTexts = {
  hello: (name) => `Guten Tag ${name},`,
  helloWithoutName: 'Guten Tag,',
  openApp: (app) => `${app} öffnen`,
  buttonFails: 'Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:',
  validity: (seconds) => `Der Link ist ${exactDuration('de', seconds)} gültig.`,
  revokedKeys: (revoked) => `Diese API-Schlüssel Ihres Kontos wurden widerrufen: ${keys(revoked)}.`,
  remainingKeys: (remaining) =>
    `Diese API-Schlüssel Ihres Kontos sind weiterhin gültig: ${keys(remaining)}. Widerrufen Sie jeden Schlüssel, den Sie nicht kennen.`,
  verifyEmail: ({ app, validity }) => ({
    subject: `Bestätigen Sie Ihre E-Mail-Adresse für ${app}`,
    paragraphs: [`Willkommen bei ${app}! Bitte bestätigen Sie, dass diese Adresse Ihnen gehört.`],
    action: 'Adresse bestätigen',
    closing: [
      validity,
      'Falls Sie sich nicht registriert haben, hat jemand anderes Ihre Adresse eingegeben. Sie können das Konto entfernen:',
    ],
    secondAction: 'Ich habe mich nicht registriert',
  }),
  accountExists: ({ app }) => ({
    subject: `Sie haben bereits ein Konto bei ${app}`,
    paragraphs: [
      'Jemand, vielleicht Sie selbst, wollte sich mit dieser Adresse registrieren. Sie haben bereits ein Konto, und es ist unverändert.',
      'Falls Sie Ihr Passwort vergessen haben, können Sie auf der Anmeldeseite ein neues festlegen.',
    ],
    closing: [
      'Falls Sie das nicht waren, müssen Sie nichts tun: Die andere Person hat nicht erfahren, dass Sie ein Konto haben.',
    ],
  }),
  resetPassword: ({ app, validity }) => ({
    subject: `Passwort für ${app} zurücksetzen`,
    paragraphs: ['Wir haben eine Anfrage erhalten, das Passwort Ihres Kontos zurückzusetzen.'],
    action: 'Neues Passwort festlegen',
    closing: [
      validity,
      'Falls Sie das nicht waren, ignorieren Sie diese E-Mail: Ihr Passwort bleibt unverändert.',
    ],
  }),
  invited: ({ app, tenant, validity }) => ({
    subject:
      tenant === null ? `Für Sie wurde ein Konto bei ${app} angelegt` : `Sie verwalten ${tenant} bei ${app}`,
    paragraphs: [
      tenant === null
        ? 'Die Verwaltung hat für diese Adresse ein Konto angelegt.'
        : `Für diese Adresse wurde ein Konto angelegt. Es ist das erste Administratorkonto von ${tenant}.`,
      'Legen Sie ein Passwort fest und melden Sie sich dann mit dieser Adresse an.',
    ],
    action: 'Passwort festlegen',
    closing: [
      validity,
      'Wenn der Link abgelaufen ist, wählen Sie auf der Anmeldeseite „Passwort vergessen“, um einen neuen zu erhalten.',
      'Falls Sie diese E-Mail nicht erwartet haben, ignorieren Sie sie: Ohne den Link kann sich niemand mit dem Konto anmelden.',
    ],
  }),
  passwordChanged: ({ app }) => ({
    subject: `Ihr Passwort für ${app} wurde geändert`,
    paragraphs: [
      'Das Passwort Ihres Kontos wurde soeben geändert, und alle anderen Geräte wurden abgemeldet.',
    ],
    closing: [
      'Falls Sie das nicht waren, legen Sie sofort ein neues Passwort fest: Wählen Sie auf der Anmeldeseite „Passwort vergessen“.',
    ],
  }),
  confirmEmailChange: ({ app, validity }) => ({
    subject: `Bestätigen Sie Ihre neue E-Mail-Adresse für ${app}`,
    paragraphs: ['Bitte bestätigen Sie, dass Sie diese Adresse ab jetzt für Ihr Konto verwenden möchten.'],
    action: 'Neue Adresse bestätigen',
    closing: [
      validity,
      'Falls Sie diese Änderung nicht angefordert haben, ignorieren Sie diese E-Mail: Es ändert sich nichts.',
    ],
  }),
  emailChanged: ({ app, validity, newEmail }) => ({
    subject: `Die E-Mail-Adresse Ihres Kontos bei ${app} wurde geändert`,
    paragraphs: [
      `Ihr Konto verwendet jetzt ${newEmail ?? 'eine andere Adresse'}. Falls Sie das selbst geändert haben, müssen Sie nichts tun.`,
    ],
    action: 'Änderung rückgängig machen',
    closing: [
      `Falls Sie das nicht waren, machen Sie die Änderung jetzt rückgängig. Dabei werden auch alle Geräte abgemeldet und alle API-Schlüssel widerrufen. ${validity}`,
    ],
  }),
  accountDeleted: ({ app }) => ({
    subject: `Ihr Konto bei ${app} wurde gelöscht`,
    paragraphs: [
      'Ihr Konto und Ihre persönlichen Daten wurden soeben gelöscht. Vielen Dank für die gemeinsame Zeit.',
    ],
    closing: ['Falls Sie das nicht waren, wenden Sie sich bitte umgehend an uns.'],
  }),
  accountLocked: ({ app, validity }) => ({
    subject: `Ihr Konto bei ${app} ist vorübergehend gesperrt`,
    paragraphs: [
      'Jemand, vielleicht Sie selbst, hat zu oft ein falsches Passwort eingegeben. Keiner dieser Versuche war erfolgreich. Die Anmeldung auf diesem Weg ist jetzt für einige Zeit gesperrt.',
      'Falls Sie das waren, entsperren Sie das Konto und versuchen Sie es erneut, oder wählen Sie auf der Anmeldeseite „Passwort vergessen“.',
    ],
    action: 'Konto entsperren',
    closing: [
      validity,
      'Falls Sie das nicht waren, müssen Sie nichts tun: Die Sperre endet von selbst, und Ihr Passwort bleibt unverändert.',
    ],
  }),
  passwordExpires: ({ app, expiresAt }) => ({
    subject: `Ihr Passwort für ${app} läuft bald ab`,
    paragraphs: [
      `Ihr Passwort ist bis zum ${dateInWords('de', expiresAt)} gültig. Bitte wählen Sie vorher ein neues.`,
    ],
    closing: ['Auch danach können Sie bei der Anmeldung noch ein neues Passwort festlegen.'],
  }),
  newSignIn: ({ app, validity, signedInAt, ...facts }) => ({
    subject: `Neue Anmeldung in Ihrem Konto bei ${app}`,
    paragraphs: [
      `Am ${momentInWords('de', signedInAt)} hat sich jemand in Ihrem Konto angemeldet. Gerät: ${device(facts)}. Ort: ${place(facts)}.`,
      'Falls Sie das waren, müssen Sie nichts tun.',
    ],
    action: 'Das war ich nicht',
    closing: [`Falls Sie das nicht waren, verwenden Sie den Link. ${reportEffect} ${validity}`],
  }),
  refreshTokenReused: ({ app, validity, signedInAt, ...facts }) => ({
    subject: `Wir haben eine Anmeldung in Ihrem Konto bei ${app} beendet`,
    paragraphs: [
      `Die Anmeldung vom ${momentInWords('de', signedInAt)} (Gerät: ${device(facts)}) wurde an zwei Stellen verwendet. Möglicherweise wurden ihre gespeicherten Zugangsdaten kopiert. Wir haben beide abgemeldet.`,
      'Um fortzufahren, melden Sie sich erneut an. Falls Sie das Gerät aus einer Sicherung wiederhergestellt haben, ist das der Grund, und Sie müssen sonst nichts tun.',
    ],
    action: 'Überall abmelden',
    closing: [`Falls Sie den Grund nicht kennen, verwenden Sie den Link. ${reportEffect} ${validity}`],
  }),
  factorAdded: ({ app, validity, factor, changedAt }) => ({
    subject: `Ein zweiter Faktor wurde Ihrem Konto bei ${app} hinzugefügt`,
    paragraphs: [
      `Am ${momentInWords('de', changedAt)} wurde ${factor === 'TOTP' ? 'eine Authenticator-App für Ihr Konto eingerichtet' : 'ein Passkey zu Ihrem Konto hinzugefügt'}. Falls Sie das waren, müssen Sie nichts tun.`,
    ],
    action: 'Das war ich nicht',
    closing: [`Falls Sie das nicht waren, verwenden Sie den Link. ${undoEffect} ${validity}`],
  }),
  factorRemoved: ({ app, validity, factor, changedAt }) => ({
    subject: `Ein zweiter Faktor wurde aus Ihrem Konto bei ${app} entfernt`,
    paragraphs: [
      `Am ${momentInWords('de', changedAt)} wurde ${factor === 'TOTP' ? 'die Authenticator-App' : 'ein Passkey'} Ihres Kontos entfernt. Falls Sie das waren, müssen Sie nichts tun.`,
    ],
    action: 'Das war ich nicht',
    closing: [`Falls Sie das nicht waren, verwenden Sie den Link. ${undoEffect} ${validity}`],
  }),
  factorsReset: ({ app }) => ({
    subject: `Die zweiten Faktoren Ihres Kontos bei ${app} wurden entfernt`,
    paragraphs: [
      'Eine Administratorin oder ein Administrator hat alle Authenticator-Apps, Passkeys und Wiederherstellungscodes Ihres Kontos entfernt und alle Geräte abgemeldet.',
      'Sie können sich mit Ihrem Passwort anmelden und danach einen neuen zweiten Faktor einrichten.',
    ],
    closing: [
      'Falls Sie nicht darum gebeten haben, legen Sie sofort ein neues Passwort fest (wählen Sie auf der Anmeldeseite „Passwort vergessen“), und wenden Sie sich an uns.',
    ],
  }),
  recoveryCodeUsed: ({ app, validity, signedInAt, codesLeft, ...facts }) => ({
    subject: `Ein Wiederherstellungscode Ihres Kontos bei ${app} wurde verwendet`,
    paragraphs: [
      `Am ${momentInWords('de', signedInAt)} wurde ein Wiederherstellungscode für eine Anmeldung verwendet. Gerät: ${device(facts)}. Unbenutzte Codes: ${codesLeft}.`,
      'Falls Sie das waren und nur noch wenige Codes haben, erzeugen Sie neue.',
    ],
    action: 'Das war ich nicht',
    closing: [`Falls Sie das nicht waren, verwenden Sie den Link. ${reportEffect} ${validity}`],
  }),
  recoveryCodesReplaced: ({ app, validity, changedAt }) => ({
    subject: `Neue Wiederherstellungscodes für Ihr Konto bei ${app}`,
    paragraphs: [
      `Am ${momentInWords('de', changedAt)} wurden neue Wiederherstellungscodes erzeugt. Alle früheren Codes sind ungültig. Falls Sie das waren, müssen Sie nichts tun.`,
    ],
    action: 'Das war ich nicht',
    closing: [
      `Falls Sie das nicht waren, verwenden Sie den Link, und erzeugen Sie danach neue Codes. ${reportEffect} ${validity}`,
    ],
  }),
  secondStepChanged: ({ app, validity, secondStep, changedAt }) => ({
    subject: `Der zweite Schritt mit Passkeys wurde für Ihr Konto bei ${app} ${secondStep === 'ON' ? 'eingeschaltet' : 'ausgeschaltet'}`,
    paragraphs: [
      `Am ${momentInWords('de', changedAt)} wurde der zweite Schritt mit Passkeys nach dem Passwort ${secondStep === 'ON' ? 'eingeschaltet' : 'ausgeschaltet'}. Falls Sie das waren, müssen Sie nichts tun.`,
    ],
    action: 'Das war ich nicht',
    closing: [
      `Falls Sie das nicht waren, verwenden Sie den Link, und ändern Sie die Einstellung danach zurück. ${reportEffect} ${validity}`,
    ],
  }),
  challengeUnsolved: ({ app, validity, signedInAt, ...facts }) => ({
    subject: `Jemand hat Ihr Passwort für ${app} eingegeben, aber nicht den zweiten Faktor`,
    paragraphs: [
      `Am ${momentInWords('de', signedInAt)} hat jemand Ihr Passwort eingegeben, aber nicht den zweiten Faktor. Gerät: ${device(facts)}. Die Anmeldung war nicht erfolgreich.`,
      'Falls Sie das waren, müssen Sie nichts tun.',
    ],
    action: 'Das war ich nicht',
    closing: [
      `Falls Sie das nicht waren, kennt eine andere Person Ihr Passwort. Verwenden Sie den Link. ${reportEffect} ${validity}`,
    ],
  }),
  phoneCode: ({ app, code, seconds }) =>
    `${code} ist Ihr Code für ${app}. Er ist ${exactDuration('de', seconds)} gültig. Geben Sie ihn nicht weiter. Falls Sie ihn nicht angefordert haben, ignorieren Sie diese Nachricht.`,
}
