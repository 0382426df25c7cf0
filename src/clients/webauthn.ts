/** The parts of the library that ceremonies use. `passkeys.ts` loads this file lazily, so bundlers leave the rest out. */
export {
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser'
