import { dateInWords, momentInWords } from '../dates.ts'
import { exactDuration, plural } from '../numbers.ts'
import type { MailTexts } from './en.ts'
import { factsIn } from './facts.ts'

const { device, place, keys } = factsIn('fr', {
  onSystem: (browser, os) => `${browser} sur ${os}`,
  unknownDevice: 'inconnu',
  network: (network) => `réseau ${network}`,
  unknownPlace: 'inconnu',
  quoted: (name) => `« ${name} »`,
  andMore: (count) => `et ${count} ${plural('fr', count, { one: 'autre', other: 'autres' })}`,
})

const reportEffect =
  'Il déconnecte tous les appareils, révoque toutes les clés d’API et vous envoie un lien pour définir un nouveau mot de passe.'
const undoEffect =
  'Il annule cette modification, invalide les codes de récupération, déconnecte tous les appareils, révoque toutes les clés d’API et vous envoie un lien pour définir un nouveau mot de passe.'

/** The French texts of mails and text messages, in the formal form of address. */
export const fr: MailTexts = {
  hello: (name) => `Bonjour ${name},`,
  helloWithoutName: 'Bonjour,',
  openApp: (app) => `Ouvrir ${app}`,
  buttonFails: 'Si le bouton ne fonctionne pas, ouvrez cette adresse :',
  validity: (seconds) => `Le lien est valable ${exactDuration('fr', seconds)}.`,
  revokedKeys: (revoked) => `Ces clés d’API de votre compte ont été révoquées : ${keys(revoked)}.`,
  remainingKeys: (remaining) =>
    `Ces clés d’API de votre compte restent valables : ${keys(remaining)}. Révoquez chaque clé que vous ne connaissez pas.`,
  verifyEmail: ({ app, validity }) => ({
    subject: `Confirmez votre adresse e-mail pour ${app}`,
    paragraphs: [`Bienvenue sur ${app} ! Veuillez confirmer que cette adresse est la vôtre.`],
    action: 'Confirmer l’adresse',
    closing: [
      validity,
      'Si vous n’avez pas créé de compte, quelqu’un d’autre a saisi votre adresse. Vous pouvez supprimer le compte :',
    ],
    secondAction: 'Je n’ai pas créé ce compte',
  }),
  accountExists: ({ app }) => ({
    subject: `Vous avez déjà un compte sur ${app}`,
    paragraphs: [
      'Quelqu’un, peut-être vous, a essayé de créer un compte avec cette adresse. Vous avez déjà un compte, et il n’a pas été modifié.',
      'Si vous avez oublié votre mot de passe, vous pouvez en définir un nouveau depuis la page de connexion.',
    ],
    closing: [
      'Si ce n’était pas vous, vous n’avez rien à faire : l’autre personne n’a pas appris que vous avez un compte.',
    ],
  }),
  resetPassword: ({ app, validity }) => ({
    subject: `Réinitialisez votre mot de passe pour ${app}`,
    paragraphs: ['Nous avons reçu une demande de réinitialisation du mot de passe de votre compte.'],
    action: 'Définir un nouveau mot de passe',
    closing: [validity, 'Si ce n’était pas vous, ignorez cet e-mail : votre mot de passe ne change pas.'],
  }),
  invited: ({ app, tenant, validity }) => ({
    subject:
      tenant === null ? `Un compte a été créé pour vous sur ${app}` : `Vous administrez ${tenant} sur ${app}`,
    paragraphs: [
      tenant === null
        ? 'L’administration a créé un compte pour cette adresse.'
        : `Un compte a été créé pour cette adresse. C’est le premier compte administrateur de ${tenant}.`,
      'Définissez un mot de passe, puis connectez-vous avec cette adresse.',
    ],
    action: 'Définir un mot de passe',
    closing: [
      validity,
      'Si le lien a expiré, choisissez « mot de passe oublié » sur la page de connexion pour en recevoir un nouveau.',
      'Si vous n’attendiez pas cet e-mail, ignorez-le : personne ne peut se connecter au compte sans le lien.',
    ],
  }),
  passwordChanged: ({ app }) => ({
    subject: `Votre mot de passe pour ${app} a été modifié`,
    paragraphs: [
      'Le mot de passe de votre compte vient d’être modifié, et les autres appareils ont été déconnectés.',
    ],
    closing: [
      'Si ce n’était pas vous, définissez un nouveau mot de passe dès maintenant : choisissez « mot de passe oublié » sur la page de connexion.',
    ],
  }),
  confirmEmailChange: ({ app, validity }) => ({
    subject: `Confirmez votre nouvelle adresse e-mail pour ${app}`,
    paragraphs: ['Veuillez confirmer que vous souhaitez désormais utiliser cette adresse pour votre compte.'],
    action: 'Confirmer la nouvelle adresse',
    closing: [
      validity,
      'Si vous n’avez pas demandé cette modification, ignorez cet e-mail : rien ne change.',
    ],
  }),
  emailChanged: ({ app, validity, newEmail }) => ({
    subject: `L’adresse e-mail de votre compte ${app} a été modifiée`,
    paragraphs: [
      `Votre compte utilise désormais ${newEmail ?? 'une autre adresse'}. Si vous êtes à l’origine de cette modification, vous n’avez rien à faire.`,
    ],
    action: 'Annuler la modification',
    closing: [
      `Si ce n’était pas vous, annulez la modification maintenant. Cela déconnecte aussi tous les appareils et révoque toutes les clés d’API. ${validity}`,
    ],
  }),
  accountDeleted: ({ app }) => ({
    subject: `Votre compte ${app} a été supprimé`,
    paragraphs: [
      'Votre compte et vos données personnelles viennent d’être supprimés. Merci pour le temps passé avec nous.',
    ],
    closing: ['Si ce n’était pas vous, contactez-nous dès que possible.'],
  }),
  accountLocked: ({ app, validity }) => ({
    subject: `Votre compte ${app} est temporairement verrouillé`,
    paragraphs: [
      'Quelqu’un, peut-être vous, a saisi trop de fois un mot de passe incorrect. Aucune de ces tentatives n’a réussi. Ce mode de connexion est maintenant bloqué pendant un certain temps.',
      'Si c’était vous, déverrouillez le compte et réessayez, ou choisissez « mot de passe oublié » sur la page de connexion.',
    ],
    action: 'Déverrouiller le compte',
    closing: [
      validity,
      'Si ce n’était pas vous, vous n’avez rien à faire : le verrouillage prend fin de lui-même, et votre mot de passe ne change pas.',
    ],
  }),
  passwordExpires: ({ app, expiresAt }) => ({
    subject: `Votre mot de passe pour ${app} expire bientôt`,
    paragraphs: [
      `Votre mot de passe est valable jusqu’au ${dateInWords('fr', expiresAt)}. Veuillez en choisir un nouveau avant cette date.`,
    ],
    closing: [
      'Après cette date, vous pourrez encore définir un nouveau mot de passe au moment de vous connecter.',
    ],
  }),
  newSignIn: ({ app, validity, signedInAt, ...facts }) => ({
    subject: `Nouvelle connexion à votre compte ${app}`,
    paragraphs: [
      `Une connexion à votre compte a eu lieu le ${momentInWords('fr', signedInAt)}. Appareil : ${device(facts)}. Lieu : ${place(facts)}.`,
      'Si c’était vous, vous n’avez rien à faire.',
    ],
    action: 'Ce n’était pas moi',
    closing: [`Si ce n’était pas vous, utilisez le lien. ${reportEffect} ${validity}`],
  }),
  refreshTokenReused: ({ app, validity, signedInAt, ...facts }) => ({
    subject: `Nous avons mis fin à une connexion à votre compte ${app}`,
    paragraphs: [
      `La connexion du ${momentInWords('fr', signedInAt)} (appareil : ${device(facts)}) a été utilisée à deux endroits : ses identifiants enregistrés ont peut-être été copiés. Nous avons déconnecté les deux.`,
      'Pour continuer, reconnectez-vous. Si vous avez restauré l’appareil à partir d’une sauvegarde, c’est la raison, et vous n’avez rien d’autre à faire.',
    ],
    action: 'Se déconnecter partout',
    closing: [`Si vous ne connaissez pas la raison, utilisez le lien. ${reportEffect} ${validity}`],
  }),
  factorAdded: ({ app, validity, factor, changedAt }) => ({
    subject: `Un second facteur a été ajouté à votre compte ${app}`,
    paragraphs: [
      `${factor === 'TOTP' ? 'Une application d’authentification a été configurée pour' : 'Une clé d’accès a été ajoutée à'} votre compte le ${momentInWords('fr', changedAt)}. Si c’était vous, vous n’avez rien à faire.`,
    ],
    action: 'Ce n’était pas moi',
    closing: [`Si ce n’était pas vous, utilisez le lien. ${undoEffect} ${validity}`],
  }),
  factorRemoved: ({ app, validity, factor, changedAt }) => ({
    subject: `Un second facteur a été supprimé de votre compte ${app}`,
    paragraphs: [
      `${factor === 'TOTP' ? 'L’application d’authentification' : 'Une clé d’accès'} de votre compte a été supprimée le ${momentInWords('fr', changedAt)}. Si c’était vous, vous n’avez rien à faire.`,
    ],
    action: 'Ce n’était pas moi',
    closing: [`Si ce n’était pas vous, utilisez le lien. ${undoEffect} ${validity}`],
  }),
  factorsReset: ({ app }) => ({
    subject: `Les seconds facteurs de votre compte ${app} ont été supprimés`,
    paragraphs: [
      'Un administrateur a supprimé toutes les applications d’authentification, les clés d’accès et les codes de récupération de votre compte, et a déconnecté tous les appareils.',
      'Vous pouvez vous connecter avec votre mot de passe, puis configurer un nouveau second facteur.',
    ],
    closing: [
      'Si vous ne l’avez pas demandé, définissez tout de suite un nouveau mot de passe (choisissez « mot de passe oublié » sur la page de connexion) et contactez-nous.',
    ],
  }),
  recoveryCodeUsed: ({ app, validity, signedInAt, codesLeft, ...facts }) => ({
    subject: `Un code de récupération de votre compte ${app} a été utilisé`,
    paragraphs: [
      `Un code de récupération a servi à une connexion le ${momentInWords('fr', signedInAt)}. Appareil : ${device(facts)}. Codes inutilisés : ${codesLeft}.`,
      'Si c’était vous et qu’il vous reste peu de codes, générez-en de nouveaux.',
    ],
    action: 'Ce n’était pas moi',
    closing: [`Si ce n’était pas vous, utilisez le lien. ${reportEffect} ${validity}`],
  }),
  recoveryCodesReplaced: ({ app, validity, changedAt }) => ({
    subject: `Nouveaux codes de récupération pour votre compte ${app}`,
    paragraphs: [
      `De nouveaux codes de récupération ont été générés le ${momentInWords('fr', changedAt)}. Tous les codes précédents sont invalides. Si c’était vous, vous n’avez rien à faire.`,
    ],
    action: 'Ce n’était pas moi',
    closing: [
      `Si ce n’était pas vous, utilisez le lien, puis générez de nouveaux codes. ${reportEffect} ${validity}`,
    ],
  }),
  secondStepChanged: ({ app, validity, secondStep, changedAt }) => ({
    subject: `La seconde étape avec clés d’accès a été ${secondStep === 'ON' ? 'activée' : 'désactivée'} pour votre compte ${app}`,
    paragraphs: [
      `La seconde étape avec clés d’accès après le mot de passe a été ${secondStep === 'ON' ? 'activée' : 'désactivée'} le ${momentInWords('fr', changedAt)}. Si c’était vous, vous n’avez rien à faire.`,
    ],
    action: 'Ce n’était pas moi',
    closing: [
      `Si ce n’était pas vous, utilisez le lien, puis rétablissez ce réglage. ${reportEffect} ${validity}`,
    ],
  }),
  challengeUnsolved: ({ app, validity, signedInAt, ...facts }) => ({
    subject: `Quelqu’un a saisi votre mot de passe pour ${app}, mais pas le second facteur`,
    paragraphs: [
      `Quelqu’un a saisi votre mot de passe, mais pas le second facteur, le ${momentInWords('fr', signedInAt)}. Appareil : ${device(facts)}. La connexion n’a pas abouti.`,
      'Si c’était vous, vous n’avez rien à faire.',
    ],
    action: 'Ce n’était pas moi',
    closing: [
      `Si ce n’était pas vous, une autre personne connaît votre mot de passe. Utilisez le lien. ${reportEffect} ${validity}`,
    ],
  }),
  phoneCode: ({ app, code, seconds }) =>
    `${code} est votre code pour ${app}. Il est valable ${exactDuration('fr', seconds)}. Ne le communiquez à personne. Si vous ne l'avez pas demandé, ignorez ce message.`,
}
