/** Ends the description of an action on other accounts or on keys: the proof that requireAdministrativeProof checks. */
export const administrativeProofText =
  'recent reauthentication (reauthenticateWith): of the password and, if your account has one, of a second factor, unless MFA_ADMIN_ACTIONS says otherwise. API keys cannot call it.'
