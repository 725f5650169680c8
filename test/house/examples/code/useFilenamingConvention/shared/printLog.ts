export const printed = true; // !
