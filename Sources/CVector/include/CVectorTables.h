#pragma once
// Printed by Scripts/fit-kernels; do not edit.

// Mills' ratio: row i holds the coefficient of tau^i in each of the eight parts.
#define CV_MILLS_OFFSET 0x1.0000000000000p+2
#define CV_MILLS_SCALE 0x1.fc00000000000p+4
#define CV_MILLS_DEGREE 10
static const double cv_mills_table[11][8] __attribute__((aligned(64))) = {
    {0x1.11220ac474454p+0, 0x1.3a9710a24ba9ap+0, 0x1.70f29e0e09b25p+0, 0x1.b9dde3e67f11ep+0, 0x1.0ed0cc0e41912p+1, 0x1.53f551b19e9cbp+1, 0x1.b42663740fd91p+1, 0x1.1c8ebe5a68961p+2},
    {0x1.2328b4e888438p-3, 0x1.7923a8ed365b0p-3, 0x1.f406bd23f570cp-3, 0x1.52ced15d0b26cp-2, 0x1.d30df2ba15c91p-2, 0x1.44ce8263e2e6ep-1, 0x1.c33beb2a96294p-1, 0x1.3608b7d409467p+0},
    {0x1.1ff62d00649c5p-6, 0x1.97e9e42402a43p-6, 0x1.257d82025590dp-5, 0x1.a8f5c8058728cp-5, 0x1.3183fb4ee7987p-4, 0x1.ae236952e6c14p-4, 0x1.251bac979959cp-3, 0x1.7ffad5833387ap-3},
    {0x1.03d3d6c3cbef0p-9, 0x1.84a2f3fd06667p-9, 0x1.20cb8b7a816b2p-8, 0x1.a2366c892a398p-8, 0x1.211a849aff677p-7, 0x1.778d79f82c15ep-7, 0x1.c642619488eeep-7, 0x1.fe1fc007b67dap-7},
    {0x1.a03a3036fd330p-13, 0x1.38bba4470dde8p-12, 0x1.bec706d83004cp-12, 0x1.24fdc18291b07p-11, 0x1.5501e6d6d1b3ap-11, 0x1.54cb4a0d41f9ep-11, 0x1.16701352804dbp-11, 0x1.41c8e826106d7p-12},
    {0x1.18fc9390646f3p-16, 0x1.83dfd4b31bfa8p-16, 0x1.c9577599ce7d2p-16, 0x1.96aead7ecacf0p-16, 0x1.6344f6ac8609cp-17, -0x1.88532fbf131f7p-17, -0x1.290128439c177p-15, -0x1.ba113449ad533p-15},
    {0x1.1894ef24d3ed2p-20, 0x1.0b3f136a8d50dp-20, 0x1.fd60037b31356p-23, -0x1.6b7d6e07979f5p-20, -0x1.a5724caba4d5ap-19, -0x1.114122e77d05ep-18, -0x1.e36ab68886ab9p-19, -0x1.11c31560174b0p-19},
    {0x1.8a6295fec66d0p-26, -0x1.9e0dc49661fdap-25, -0x1.738b8f81d7a89p-23, -0x1.1d10912694c54p-22, -0x1.d22f2399e029dp-23, -0x1.2e70302539630p-25, 0x1.5973d7d89cb73p-23, 0x1.1d7db25edbe02p-22},
    {-0x1.512072c6637c5p-28, -0x1.c054e515588efp-27, -0x1.16c7de87e35c7p-26, -0x1.230e7464b9cbap-28, 0x1.159bf7f81d3fep-26, 0x1.c71c1028f799ap-26, 0x1.5aa9db9f63ddfp-26, 0x1.88b5527848febp-28},
    {-0x1.ac12b734a3e01p-31, -0x1.d7a5e8cc670dbp-31, 0x1.bf69aede3abdap-32, 0x1.21b7c2f961f28p-29, 0x1.11a6cf081548dp-29, 0x1.7690846253b5bp-33, -0x1.77090e06c8aafp-30, -0x1.bc1fe26620ad5p-30},
    {-0x1.8da9a26441c61p-35, 0x1.c408fbdc7c38cp-35, 0x1.9d5734f36ea83p-33, 0x1.c6541cd71086bp-34, -0x1.1be20c524dc11p-33, -0x1.b47445e509b90p-33, -0x1.7e82ebe941e4ep-34, 0x1.2418787785472p-35},
};
// 2^(j/16)
static const double cv_exp2_table[16] __attribute__((aligned(64))) = {0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0, 0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0, 0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0, 0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};
#define CV_EXP_0 0x1.0000000000003p+0
#define CV_EXP_1 0x1.0000000000001p-1
#define CV_EXP_2 0x1.5555555474711p-3
#define CV_EXP_3 0x1.55555554e4e34p-5
#define CV_EXP_4 0x1.111242f8ec160p-7
#define CV_EXP_5 0x1.6c17f353d3ca1p-10
#define CV_EXPM1_0 0x1.0000000000000p+0
#define CV_EXPM1_1 0x1.0000000000000p-1
#define CV_EXPM1_2 0x1.5555555555495p-3
#define CV_EXPM1_3 0x1.555555555ef10p-5
#define CV_EXPM1_4 0x1.1111110d2b610p-7
#define CV_EXPM1_5 0x1.6c16c33c94d74p-10
#define CV_EXPM1_6 0x1.a0197e22a6ae4p-13
#define CV_EXPM1_7 0x1.a030ff22f9c55p-16
#define CV_EXPM1_8 0x1.6f72de2333283p-19
#define CV_EXPM1_9 0x1.4b9eac0e1aa64p-22
#define CV_LOG_0 0x1.5555555555558p-1
#define CV_LOG_1 0x1.9999999995204p-2
#define CV_LOG_2 0x1.2492492e09d4dp-2
#define CV_LOG_3 0x1.c71c62c639fdep-3
#define CV_LOG_4 0x1.7462bd8f7796ep-3
#define CV_LOG_5 0x1.39fd392179a95p-3
#define CV_LOG_6 0x1.2b6688a387e03p-3
#define CV_LN2_HIGH 0x1.62e42fefa2000p-1
#define CV_LN2_LOW 0x1.9ef35793c7673p-41
#define CV_LOG2_E 0x1.71547652b82fep+0
