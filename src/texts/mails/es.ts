import { dateInWords, momentInWords } from '../dates.ts'
import { exactDuration } from '../numbers.ts'
import type { MailTexts } from './en.ts'
import { factsIn } from './facts.ts'

const { device, place, keys } = factsIn('es', {
  onSystem: (browser, os) => `${browser} en ${os}`,
  unknownDevice: 'desconocido',
  network: (network) => `red ${network}`,
  unknownPlace: 'desconocido',
  quoted: (name) => `«${name}»`,
  andMore: (count) => `y ${count} más`,
})

const reportEffect =
  'El enlace cierra la sesión en todos los dispositivos, revoca todas las claves de API y hace que reciba otro enlace para establecer una contraseña nueva.'
const undoEffect =
  'Deshace este cambio, anula los códigos de recuperación, cierra sesión en todos los dispositivos, revoca todas las claves de API y le envía un enlace para establecer una contraseña nueva.'

/** The Spanish texts of mails and text messages, in the formal form of address. */
export const es: MailTexts = {
  hello: (name) => `Hola, ${name}:`,
  helloWithoutName: 'Hola:',
  openApp: (app) => `Ir a ${app}`,
  buttonFails: 'Si el botón no funciona, abra esta dirección:',
  validity: (seconds) => `El enlace es válido durante ${exactDuration('es', seconds)}.`,
  revokedKeys: (revoked) => `Se han revocado estas claves de API de su cuenta: ${keys(revoked)}.`,
  remainingKeys: (remaining) =>
    `Estas claves de API de su cuenta siguen siendo válidas: ${keys(remaining)}. Revoque cada clave que no reconozca.`,
  verifyEmail: ({ app, validity }) => ({
    subject: `Confirme su dirección de correo electrónico para ${app}`,
    paragraphs: [`Le damos la bienvenida a ${app}. Confirme que esta dirección es suya.`],
    action: 'Confirmar la dirección',
    closing: [
      validity,
      'Si usted no se ha registrado, otra persona ha introducido su dirección. Puede eliminar la cuenta:',
    ],
    secondAction: 'Yo no me registré',
  }),
  accountExists: ({ app }) => ({
    subject: `Ya tiene una cuenta en ${app}`,
    paragraphs: [
      'Alguien, quizá usted, ha intentado registrarse con esta dirección. Ya tiene una cuenta, y no ha cambiado.',
      'Si ha olvidado su contraseña, puede establecer una nueva desde la página de inicio de sesión.',
    ],
    closing: [
      'Si no ha sido usted, no tiene que hacer nada: la otra persona no ha sabido que usted tiene una cuenta.',
    ],
  }),
  resetPassword: ({ app, validity }) => ({
    subject: `Restablezca su contraseña de ${app}`,
    paragraphs: ['Hemos recibido una solicitud para restablecer la contraseña de su cuenta.'],
    action: 'Establecer una contraseña nueva',
    closing: [validity, 'Si no ha sido usted, ignore este correo: su contraseña no cambia.'],
  }),
  invited: ({ app, tenant, validity }) => ({
    subject:
      tenant === null
        ? `Se ha creado una cuenta para usted en ${app}`
        : `Usted administra ${tenant} en ${app}`,
    paragraphs: [
      tenant === null
        ? 'La administración ha creado una cuenta para esta dirección.'
        : `Se ha creado una cuenta para esta dirección. Es la primera cuenta de administración de ${tenant}.`,
      'Establezca una contraseña y, a continuación, inicie sesión con esta dirección.',
    ],
    action: 'Establecer una contraseña',
    closing: [
      validity,
      'Si el enlace ha caducado, elija «contraseña olvidada» en la página de inicio de sesión para recibir uno nuevo.',
      'Si no esperaba este correo, ignórelo: nadie puede iniciar sesión en la cuenta sin el enlace.',
    ],
  }),
  passwordChanged: ({ app }) => ({
    subject: `Se ha cambiado su contraseña de ${app}`,
    paragraphs: [
      'La contraseña de su cuenta se acaba de cambiar y se ha cerrado la sesión en los demás dispositivos.',
    ],
    closing: [
      'Si no ha sido usted, establezca ahora una contraseña nueva: elija «contraseña olvidada» en la página de inicio de sesión.',
    ],
  }),
  confirmEmailChange: ({ app, validity }) => ({
    subject: `Confirme su nueva dirección de correo electrónico para ${app}`,
    paragraphs: ['Confirme que desea utilizar esta dirección para su cuenta a partir de ahora.'],
    action: 'Confirmar la nueva dirección',
    closing: [validity, 'Si no ha solicitado este cambio, ignore este correo: nada cambia.'],
  }),
  emailChanged: ({ app, validity, newEmail }) => ({
    subject: `Se ha cambiado la dirección de correo electrónico de su cuenta de ${app}`,
    paragraphs: [
      `Su cuenta utiliza ahora ${newEmail ?? 'otra dirección'}. Si usted ha hecho este cambio, no tiene que hacer nada.`,
    ],
    action: 'Deshacer el cambio',
    closing: [
      `Si no ha sido usted, deshaga el cambio ahora. Esto también cierra la sesión en todos los dispositivos y revoca todas las claves de API. ${validity}`,
    ],
  }),
  accountDeleted: ({ app }) => ({
    subject: `Se ha eliminado su cuenta de ${app}`,
    paragraphs: [
      'Su cuenta y sus datos personales se acaban de eliminar. Gracias por el tiempo que ha pasado con nosotros.',
    ],
    closing: ['Si no ha sido usted, póngase en contacto con nosotros lo antes posible.'],
  }),
  accountLocked: ({ app, validity }) => ({
    subject: `Su cuenta de ${app} está bloqueada temporalmente`,
    paragraphs: [
      'Alguien, quizá usted, ha introducido una contraseña incorrecta demasiadas veces. Ninguno de esos intentos ha tenido éxito. Iniciar sesión de este modo está bloqueado durante un tiempo.',
      'Si ha sido usted, desbloquee la cuenta e inténtelo de nuevo, o elija «contraseña olvidada» en la página de inicio de sesión.',
    ],
    action: 'Desbloquear la cuenta',
    closing: [
      validity,
      'Si no ha sido usted, no tiene que hacer nada: el bloqueo termina por sí solo y su contraseña no cambia.',
    ],
  }),
  passwordExpires: ({ app, expiresAt }) => ({
    subject: `Su contraseña de ${app} caduca pronto`,
    paragraphs: [
      `Su contraseña es válida hasta el ${dateInWords('es', expiresAt)}. Elija una nueva antes de esa fecha.`,
    ],
    closing: ['Después de esa fecha, todavía podrá establecer una contraseña nueva al iniciar sesión.'],
  }),
  newSignIn: ({ app, validity, signedInAt, ...facts }) => ({
    subject: `Nuevo inicio de sesión en su cuenta de ${app}`,
    paragraphs: [
      `Se ha iniciado sesión en su cuenta. Fecha: ${momentInWords('es', signedInAt)}. Dispositivo: ${device(facts)}. Lugar: ${place(facts)}.`,
      'Si ha sido usted, no tiene que hacer nada.',
    ],
    action: 'No fui yo',
    closing: [`Si no ha sido usted, utilice el enlace. ${reportEffect} ${validity}`],
  }),
  refreshTokenReused: ({ app, validity, signedInAt, ...facts }) => ({
    subject: `Hemos cerrado una sesión de su cuenta de ${app}`,
    paragraphs: [
      `La sesión que se inició el ${momentInWords('es', signedInAt)} (dispositivo: ${device(facts)}) se ha utilizado desde dos lugares, por lo que es posible que se hayan copiado sus credenciales guardadas. Hemos cerrado ambas.`,
      'Para continuar, vuelva a iniciar sesión. Si ha restaurado el dispositivo a partir de una copia de seguridad, ese es el motivo, y no tiene que hacer nada más.',
    ],
    action: 'Cerrar sesión en todas partes',
    closing: [`Si no conoce el motivo, utilice el enlace. ${reportEffect} ${validity}`],
  }),
  factorAdded: ({ app, validity, factor, changedAt }) => ({
    subject: `Se ha añadido un segundo factor a su cuenta de ${app}`,
    paragraphs: [
      `${factor === 'TOTP' ? 'Se ha configurado una aplicación de autenticación para' : 'Se ha añadido una llave de acceso a'} su cuenta. Fecha: ${momentInWords('es', changedAt)}. Si ha sido usted, no tiene que hacer nada.`,
    ],
    action: 'No fui yo',
    closing: [`Si no ha sido usted, utilice el enlace. ${undoEffect} ${validity}`],
  }),
  factorRemoved: ({ app, validity, factor, changedAt }) => ({
    subject: `Se ha eliminado un segundo factor de su cuenta de ${app}`,
    paragraphs: [
      `Se ha eliminado ${factor === 'TOTP' ? 'la aplicación de autenticación' : 'una llave de acceso'} de su cuenta. Fecha: ${momentInWords('es', changedAt)}. Si ha sido usted, no tiene que hacer nada.`,
    ],
    action: 'No fui yo',
    closing: [`Si no ha sido usted, utilice el enlace. ${undoEffect} ${validity}`],
  }),
  factorsReset: ({ app }) => ({
    subject: `Se han eliminado los segundos factores de su cuenta de ${app}`,
    paragraphs: [
      'Un administrador ha eliminado todas las aplicaciones de autenticación, las llaves de acceso y los códigos de recuperación de su cuenta, y ha cerrado sesión en todos los dispositivos.',
      'Puede iniciar sesión con su contraseña y después configurar un segundo factor nuevo.',
    ],
    closing: [
      'Si no lo ha solicitado, establezca ahora una contraseña nueva (elija «contraseña olvidada» en la página de inicio de sesión) y póngase en contacto con nosotros.',
    ],
  }),
  recoveryCodeUsed: ({ app, validity, signedInAt, codesLeft, ...facts }) => ({
    subject: `Se ha utilizado un código de recuperación de su cuenta de ${app}`,
    paragraphs: [
      `Se ha utilizado un código de recuperación para iniciar sesión. Fecha: ${momentInWords('es', signedInAt)}. Dispositivo: ${device(facts)}. Códigos sin usar: ${codesLeft}.`,
      'Si ha sido usted y le quedan pocos códigos, genere otros nuevos.',
    ],
    action: 'No fui yo',
    closing: [`Si no ha sido usted, utilice el enlace. ${reportEffect} ${validity}`],
  }),
  recoveryCodesReplaced: ({ app, validity, changedAt }) => ({
    subject: `Nuevos códigos de recuperación para su cuenta de ${app}`,
    paragraphs: [
      `Se han generado nuevos códigos de recuperación. Fecha: ${momentInWords('es', changedAt)}. Todos los códigos anteriores dejan de ser válidos. Si ha sido usted, no tiene que hacer nada.`,
    ],
    action: 'No fui yo',
    closing: [
      `Si no ha sido usted, utilice el enlace y genere después códigos nuevos. ${reportEffect} ${validity}`,
    ],
  }),
  secondStepChanged: ({ app, validity, secondStep, changedAt }) => ({
    subject: `Se ha ${secondStep === 'ON' ? 'activado' : 'desactivado'} el segundo paso con llaves de acceso en su cuenta de ${app}`,
    paragraphs: [
      `Se ha ${secondStep === 'ON' ? 'activado' : 'desactivado'} el segundo paso con llaves de acceso después de la contraseña. Fecha: ${momentInWords('es', changedAt)}. Si ha sido usted, no tiene que hacer nada.`,
    ],
    action: 'No fui yo',
    closing: [
      `Si no ha sido usted, utilice el enlace y restablezca después este ajuste. ${reportEffect} ${validity}`,
    ],
  }),
  challengeUnsolved: ({ app, validity, signedInAt, ...facts }) => ({
    subject: `Alguien ha introducido su contraseña de ${app}, pero no el segundo factor`,
    paragraphs: [
      `Alguien ha introducido su contraseña, pero no el segundo factor. Fecha: ${momentInWords('es', signedInAt)}. Dispositivo: ${device(facts)}. No se ha iniciado sesión.`,
      'Si ha sido usted, no tiene que hacer nada.',
    ],
    action: 'No fui yo',
    closing: [
      `Si no ha sido usted, otra persona conoce su contraseña. Utilice el enlace. ${reportEffect} ${validity}`,
    ],
  }),
  phoneCode: ({ app, code, seconds }) =>
    `${code} es su clave para ${app}. Caduca en ${exactDuration('es', seconds)}. No la comparta con nadie. Si no la ha solicitado, ignore este mensaje.`,
}
