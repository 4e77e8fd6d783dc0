/** Who may join: everyone whom GoTrue has signed in, or only addresses that a member has invited. */
export const SIGN_UP_POLICIES = ["open", "invited"] as const;
export type SignUpPolicy = (typeof SIGN_UP_POLICIES)[number];
