import Koa from 'koa';

/** The floor of `read`: a plain Koa handler that serves the bytes of the environment. */
const body = process.env.FLOOR_BODY ?? '';
const app = new Koa();
app.use((ctx) => {
  ctx.type = 'application/json; charset=utf-8';
  ctx.body = body;
});
const port = Number(process.env.PORT);
app.listen(port, '127.0.0.1', () => process.stdout.write('The floor is ready\n'));
