# One image for the API, the worker and the set-up; the command chooses (see docker-compose.yml).
FROM node:24.9.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY clients clients
COPY src src
COPY dashboard dashboard
RUN npm run build

FROM node:24.9.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24.9.0-bookworm-slim
ENV NODE_ENV=production UV_THREADPOOL_SIZE=32 HOST=0.0.0.0 PORT=8000
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY bin bin
COPY clients clients
COPY config config
# The archive, if the worker is given a volume for it.
RUN mkdir /data && chown node /data
USER node
EXPOSE 8000
CMD ["node", "dist/server.js"]
