/** Header in which the page says the token. */
export const tokenHeader = 'x-understudy-token';
