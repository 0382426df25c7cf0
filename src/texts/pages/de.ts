import { durationInWords } from '../numbers.ts'
import { account } from './account/de.ts'
import type { PageTexts } from './en.ts'
import { factors } from './factors/de.ts'

/** The German texts of the hosted pages. */
export const de: PageTexts = {
  titles: {
    'sign-in': 'Anmelden',
    'sign-up': 'Konto erstellen',
    'forgot-password': 'Passwort zurücksetzen',
    account: 'Ihr Konto',
    'verify-email': 'E-Mail-Adresse bestätigen',
    'deny-registration': 'Waren Sie das nicht?',
    'reset-password': 'Neues Passwort festlegen',
    'confirm-email': 'Neue E-Mail-Adresse bestätigen',
    'undo-email-change': 'Vorherige E-Mail-Adresse wiederherstellen',
    'undo-factor-change': 'Änderung Ihres zweiten Faktors rückgängig machen',
    'unlock-account': 'Konto entsperren',
    'report-session': 'Waren Sie das nicht?',
  },
  page: {
    skip: 'Zum Inhalt springen',
    loading: 'Wird geladen…',
    noScript:
      'Diese Seite benötigt JavaScript. Erlauben Sie es für diese Website und laden Sie die Seite neu.',
    offline: 'Sie sind offline. Änderungen werden erst gesendet, wenn die Verbindung wieder besteht.',
    unreachable: 'Der Dienst ist nicht erreichbar',
    unreachableText: 'Prüfen Sie die Verbindung und versuchen Sie es erneut. Sie bleiben angemeldet.',
    tryAgain: 'Erneut versuchen',
    optional: 'optional',
    showPassword: 'Passwort anzeigen',
    hidePassword: 'Passwort verbergen',
    problemTitle: 'Es gibt ein Problem',
    backToSignIn: 'Zurück zur Anmeldung',
    toAccount: 'Zu Ihrem Konto',
    toHome: (app) => `Zu ${app}`,
    continue: 'Weiter',
  },
  fields: {
    email: 'E-Mail-Adresse',
    identifier: 'E-Mail-Adresse oder Benutzername',
    password: 'Passwort',
    currentPassword: 'Aktuelles Passwort',
    newPassword: 'Neues Passwort',
    firstName: 'Vorname',
    lastName: 'Nachname',
    username: 'Benutzername',
    phoneNumber: 'Telefonnummer',
    locale: 'Sprache der Seiten und E-Mails',
    browserLocale: 'wie im Browser',
    rememberMe: 'Auf diesem Gerät angemeldet bleiben',
  },
  issues: {
    REQUIRED: 'Füllen Sie dieses Feld aus.',
    TOO_LONG: 'Das ist zu lang.',
    INVALID_CHARACTERS: 'Entfernen Sie die nicht druckbaren Zeichen.',
    INVALID_EMAIL: 'Geben Sie eine E-Mail-Adresse ein, zum Beispiel ada@example.com.',
    INVALID_USERNAME: 'Verwenden Sie 3 bis 32 Buchstaben, Ziffern, Unterstriche, Punkte oder Bindestriche.',
    INVALID_PHONE_NUMBER: 'Geben Sie die Nummer mit Landesvorwahl ein, zum Beispiel +493012345678.',
    other: 'Dieser Wert ist nicht gültig.',
  },
  problems: {
    INVALID_INPUT: 'Einige Angaben sind nicht gültig.',
    WEAK_PASSWORD: 'Wählen Sie ein stärkeres Passwort.',
    PASSWORD_REUSED: 'Dieses Passwort haben Sie schon verwendet. Wählen Sie ein anderes.',
    EMAIL_TAKEN: 'Zu dieser E-Mail-Adresse gibt es bereits ein Konto.',
    USERNAME_TAKEN: 'Dieser Benutzername ist bereits vergeben.',
    INVALID_CREDENTIALS: 'Anmeldename oder Passwort ist falsch.',
    WRONG_PASSWORD: 'Das Passwort ist falsch.',
    ACCOUNT_LOCKED:
      'Das Konto ist gesperrt. Entsperren Sie es mit dem Link in unserer E-Mail oder setzen Sie Ihr Passwort zurück.',
    ACCOUNT_DISABLED: 'Dieses Konto ist deaktiviert. Wenden Sie sich an den Support dieses Dienstes.',
    INVALID_TOKEN: 'Dieser Link ist nicht mehr gültig: Er wurde benutzt, ist abgelaufen oder unvollständig.',
    SESSION_LIMIT_REACHED:
      'Sie sind auf zu vielen Geräten angemeldet. Melden Sie sich zuerst auf einem davon ab.',
    NOT_FOUND: 'Das gibt es nicht mehr. Laden Sie die Seite neu.',
    INVALID_CODE:
      'Der Code ist falsch oder wurde schon verwendet. Warten Sie auf den nächsten und versuchen Sie es noch einmal.',
    INVALID_PASSKEY: 'Der Passkey wurde nicht akzeptiert. Versuchen Sie es noch einmal oder auf anderem Weg.',
    FACTOR_REQUIRED:
      'Dieses Konto verlangt einen zweiten Schritt. Richten Sie einen anderen ein, bevor Sie diesen entfernen.',
    PASSKEY_CANCELLED: 'Der Passkey wurde nicht verwendet. Versuchen Sie es noch einmal.',
    EXPIRED_SIGN_IN: 'Diese Anmeldung ist abgelaufen. Beginnen Sie von vorn.',
    other: 'Etwas ist schiefgegangen. Versuchen Sie es erneut.',
  },
  waits: {
    rateLimited: (seconds) => `Zu viele Versuche. Versuchen Sie es ${inDuration(seconds)} erneut.`,
    locked: (seconds) =>
      `Das Konto ist nach zu vielen falschen Passwörtern gesperrt. Versuchen Sie es ${inDuration(seconds)} erneut oder entsperren Sie es mit dem Link in unserer E-Mail.`,
    unavailable: (seconds) =>
      `Der Dienst ist nicht erreichbar. Versuchen Sie es ${inDuration(seconds)} erneut.`,
    unavailableNow: 'Der Dienst ist nicht erreichbar. Prüfen Sie die Verbindung und versuchen Sie es erneut.',
  },
  passwords: {
    strength: 'Stärke',
    scores: ['sehr schwach', 'schwach', 'mittel', 'gut', 'stark'],
    checking: 'Wird geprüft…',
    unchecked: 'Die Stärke wird geprüft, wenn Sie das Formular absenden.',
    unmet: 'Es fehlt noch:',
    acceptable: 'Dieses Passwort erfüllt alle Anforderungen.',
    requirements: {
      MIN_LENGTH: (length) => `mindestens ${length} Zeichen`,
      MAX_LENGTH: (length) => `höchstens ${length} Zeichen`,
      UPPERCASE: 'ein Großbuchstabe',
      LOWERCASE: 'ein Kleinbuchstabe',
      DIGIT: 'eine Ziffer',
      SYMBOL: 'ein Sonderzeichen, zum Beispiel ! oder ?',
      MIN_SCORE: 'mehr Wörter oder Zeichen: Es ist leicht zu erraten',
      NOT_BREACHED: 'ein anderes Passwort: Dieses ist aus einem Datenleck bekannt',
      NOT_PERSONAL: 'nichts aus Ihrem Namen, Ihrer Adresse oder dem Namen dieses Dienstes',
    },
  },
  signIn: {
    heading: (app) => `Bei ${app} anmelden`,
    action: 'Anmelden',
    forgot: 'Passwort vergessen?',
    noAccount: 'Noch kein Konto?',
    signUp: 'Konto erstellen',
    purpose: 'Melden Sie sich zuerst an. Danach geht es weiter.',
    ended: 'Ihre Sitzung ist beendet. Melden Sie sich erneut an.',
    signedOut: 'Sie haben sich abgemeldet.',
    already: (name) => `Sie sind als ${name} angemeldet.`,
    otherAccount: 'Anderes Konto verwenden',
    unverifiedHeading: 'Bestätigen Sie zuerst Ihre E-Mail-Adresse',
    unverified: (email) =>
      `Wir haben einen Link an ${email} gesendet. Öffnen Sie ihn und melden Sie sich dann an.`,
    resend: 'Weitere E-Mail senden',
    resent: 'Falls die Adresse noch bestätigt werden muss, ist eine weitere E-Mail unterwegs.',
    expired: 'Ihr Passwort ist abgelaufen. Wählen Sie ein neues und melden Sie sich dann an.',
  },
  signUp: {
    action: 'Konto erstellen',
    haveAccount: 'Haben Sie schon ein Konto?',
    signIn: 'Anmelden',
    checkHeading: 'Prüfen Sie Ihre E-Mails',
    pending: (email) =>
      `Wir haben einen Link an ${email} gesendet. Öffnen Sie ihn, um die Registrierung abzuschließen, und melden Sie sich dann an.`,
    created: (email) =>
      `Ihr Konto ist bereit. Wir haben einen Link an ${email} gesendet: Öffnen Sie ihn, um die Adresse zu bestätigen.`,
  },
  forgot: {
    text: 'Geben Sie die E-Mail-Adresse Ihres Kontos ein. Wir senden Ihnen einen Link, mit dem Sie ein neues Passwort wählen.',
    action: 'Link senden',
    sentHeading: 'Prüfen Sie Ihre E-Mails',
    sent: (email) => `Falls es zu ${email} ein Konto gibt, ist ein Link für ein neues Passwort unterwegs.`,
  },
  account,
  factors,
  links: {
    missingHeading: 'Dieser Link ist unvollständig',
    missing: 'Öffnen Sie den Link in der E-Mail erneut oder kopieren Sie ihn vollständig in die Adresszeile.',
    doneHeading: 'Erledigt',
    requestNew: 'Neuen Link anfordern',
    'verify-email': {
      text: 'Bestätigen Sie, dass diese E-Mail-Adresse Ihnen gehört.',
      action: 'Adresse bestätigen',
      done: 'Vielen Dank. Ihre E-Mail-Adresse ist bestätigt.',
      doneReset:
        'Ihre E-Mail-Adresse ist bestätigt. Wir haben Ihnen einen weiteren Link gesendet: Wählen Sie damit Ihr Passwort.',
    },
    'deny-registration': {
      text: 'Jemand hat mit Ihrer E-Mail-Adresse ein Konto registriert. Sie können es entfernen.',
      action: 'Konto entfernen',
      done: 'Das Konto wurde entfernt. Sie müssen nichts weiter tun.',
    },
    'reset-password': {
      text: 'Sie werden auf allen Geräten abgemeldet.',
      action: 'Passwort speichern',
      done: 'Ihr neues Passwort ist gespeichert. Melden Sie sich damit an.',
    },
    'confirm-email': {
      text: 'Danach melden Sie sich mit dieser Adresse an.',
      action: 'Adresse bestätigen',
      done: 'Ihre E-Mail-Adresse wurde geändert.',
    },
    'undo-email-change': {
      text: 'Ihre vorherige Adresse wird wiederhergestellt, alle Geräte werden abgemeldet und alle API-Schlüssel widerrufen. Sie erhalten einen Link für ein neues Passwort.',
      action: 'Änderung rückgängig machen',
      done: 'Ihre vorherige E-Mail-Adresse ist wiederhergestellt. In Ihren E-Mails finden Sie den Link für ein neues Passwort.',
    },
    'undo-factor-change': {
      text: 'Dies macht die Änderung Ihres zweiten Faktors rückgängig, erklärt Ihre Wiederherstellungscodes für ungültig, meldet alle Geräte ab, widerruft alle API-Schlüssel und sendet Ihnen einen Link, mit dem Sie ein neues Passwort wählen.',
      action: 'Änderung rückgängig machen',
      done: 'Die Änderung ist rückgängig gemacht. In Ihrem Postfach finden Sie den Link, mit dem Sie ein neues Passwort wählen.',
    },
    'unlock-account': {
      text: 'Ihr Konto ist nach zu vielen falschen Passwörtern vorübergehend gesperrt.',
      action: 'Konto entsperren',
      done: 'Ihr Konto ist entsperrt. Sie können sich wieder anmelden.',
    },
    'report-session': {
      text: 'Alle Geräte werden abgemeldet und alle API-Schlüssel widerrufen. Sie erhalten einen Link für ein neues Passwort.',
      action: 'Alle Geräte abmelden',
      done: 'Alle Geräte sind abgemeldet. In Ihren E-Mails finden Sie den Link für ein neues Passwort.',
    },
  },
}

/** "in 2 Minuten". The dative of a plural in -e takes an n: "in 2 Tagen". */
function inDuration(seconds: number): string {
  return `in ${durationInWords('de', seconds)}`.replace(/Tage$/, 'Tagen')
}
