import { Seats } from '../../../src/api/stream/seats';

describe('Seats', () => {
  it('counts nothing for a user whose connection ended while the key was looked up', () => {
    const seats = new Seats({ inAll: 2, perUser: 1 });
    const left = seats.take();
    left?.free();
    expect(left?.give('somebody')).toBe(false);
    expect(seats.take()?.give('somebody')).toBe(true);
  });
});
