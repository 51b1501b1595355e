/** How far a line lies from a price, in per cent of the price, with its sign. */
export const distance = (target: number, price: number) => (target / price - 1) * 100;
