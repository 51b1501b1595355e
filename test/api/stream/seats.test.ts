import { Seats } from '../../../src/api/stream/seats';

describe('Seats', () => {
  it('counts nothing for a user whose connection ended while the key was looked up', () => {
    const seats = new Seats({ inAll: 2, perNetwork: 2, perUser: 1 });
    const left = seats.take(undefined);
    left?.free();
    expect(left?.give('somebody')).toBe(false);
    expect(seats.take(undefined)?.give('somebody')).toBe(true);
  });

  it('leaves some to other networks, however many users one network has', () => {
    const seats = new Seats({ inAll: 4, perNetwork: 2, perUser: 1 });
    const first = seats.take('192.0.2.1');
    expect(first?.give('one')).toBe(true);
    expect(seats.take('192.0.2.1')?.give('two')).toBe(true);
    expect(seats.take('192.0.2.1')).toBeUndefined();
    expect(seats.take('192.0.2.2')?.give('three')).toBe(true);
    first?.free();
    first?.free();
    expect(seats.take('192.0.2.1')?.give('one')).toBe(true);
    expect(seats.take('192.0.2.1')).toBeUndefined();
    expect(seats.take(undefined)).toBeDefined();
    expect(seats.take(undefined)).toBeUndefined();
  });
});
