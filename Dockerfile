# Three stages: compile, production packages, and the image that runs. Only the last one is kept.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-update-notifier
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
# The compiled entry keeps its "#!" line; the mode makes it a command.
RUN npx nest build && find dist -name '*.d.ts' -delete && chmod 0755 dist/main.js

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package here needs an install script. What the running node never reads is left out: the LevelDB
# binaries of other platforms and of musl, its C++ sources, type declarations and source maps.
RUN npm ci --omit=dev --ignore-scripts --no-update-notifier \
  && find node_modules/classic-level/prebuilds -mindepth 1 -maxdepth 1 ! -name 'linux-*' -exec rm -r {} + \
  && find node_modules/classic-level/prebuilds -name '*musl*' -delete \
  && rm -rf node_modules/classic-level/deps node_modules/classic-level/binding.cc node_modules/classic-level/binding.gyp \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

# What is inside, for whoever looks for a weakness later. Made of the lock file, without the network.
COPY scripts/sbom.mjs ./scripts/
RUN node scripts/sbom.mjs > sbom.cdx.json

FROM node:24-bookworm-slim
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="vision-node" \
      org.opencontainers.image.description="Peer discovery and P2P connectivity without a beacon" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
RUN groupadd --gid 65532 vision \
  && useradd --uid 65532 --gid 65532 --home-dir /data --no-create-home --shell /usr/sbin/nologin vision \
  && install -d -o 65532 -g 65532 -m 0750 /data \
  && ln -s /app/dist/main.js /usr/local/bin/vision-node
WORKDIR /app
COPY LICENSE package.json ./
COPY config ./config
COPY --from=packages /app/node_modules ./node_modules
COPY --from=packages /app/sbom.cdx.json ./
COPY --from=build /app/dist ./dist
# The heap follows the container's memory limit (60 % of it: the rest is for buffers, code and
# LevelDB), whatever sets the limit. Inside a container every address must be listened on, or a
# published port reaches nothing; the operations listener stays on 127.0.0.1 unless it is asked for.
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-old-space-size-percentage=60 \
    VISION_DATA_DIR=/data
USER 65532:65532
VOLUME /data
EXPOSE 7070 7071 7072
ENTRYPOINT ["node", "/app/dist/main.js"]
