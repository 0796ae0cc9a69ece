#pragma once
// Printed by Scripts/fit-kernels; do not edit.

// Mills' ratio: row i holds the coefficient of (U - j)^i in each of the eight parts j.
#define CV_MILLS_OFFSET 0x1.0000000000000p+2
#define CV_MILLS_SCALE 0x1.de00000000000p+4
#define CV_MILLS_DEGREE 10
static const double cv_mills_table[11][8] __attribute__((aligned(64))) = {
    {0x1.12358e75d3033p-5, 0x1.3c20d59a33824p-5, 0x1.736fb7155558bp-5, 0x1.be58a3ad01d8ap-5, 0x1.13203d11f2d10p-4, 0x1.5c6f17e468f65p-4, 0x1.c48dd8b7fbd59p-4, 0x1.2bceeb847f529p-3},
    {0x1.25b6b02883c33p-8, 0x1.7e4d638edb72ep-8, 0x1.fec587d8f7689p-8, 0x1.5e13791b9ca96p-7, 0x1.ea3f998b9c778p-7, 0x1.5ba3573c53cadp-6, 0x1.ed708a9a9a661p-6, 0x1.5a5966c07c852p-5},
    {0x1.26f14b23541d1p-11, 0x1.a6cfc03b63247p-11, 0x1.3569bd3d68a96p-10, 0x1.ca20ef534311fp-10, 0x1.52265a657f30dp-9, 0x1.e954e31d7bbacp-9, 0x1.560166952375ap-8, 0x1.c9891daee2707p-8},
    {0x1.11cc804e7f2bap-14, 0x1.a2efac6e50e7dp-14, 0x1.40b98989d6d18p-13, 0x1.e10ab4e7025abp-13, 0x1.58bca611ae11dp-12, 0x1.ce5079fb7dafdp-12, 0x1.1e649c4f217d6p-11, 0x1.4654caf9990f3p-11},
    {0x1.cba6940074dd8p-18, 0x1.6727c689b5771p-17, 0x1.0d3f47cf1c0c2p-16, 0x1.7411d1d83618ep-16, 0x1.c683b298ee6e3p-16, 0x1.d7f51c0e556cdp-16, 0x1.8b85557d091dap-16, 0x1.ce6f446bac636p-17},
    {0x1.4f473a4fe645ap-21, 0x1.f04db0ef1e03cp-21, 0x1.3ff64cc1f10a5p-20, 0x1.3fa85dcfb8662p-20, 0x1.6d080399d19bap-21, -0x1.5dca01576c1bfp-22, -0x1.8e35e02a23c9bp-20, -0x1.3c55803054976p-19},
    {0x1.84a63a29ee3d0p-25, 0x1.bf459093e2e54p-25, 0x1.0355b3b937153p-25, -0x1.47e7138a06833p-25, -0x1.1b682a0d6a8e0p-23, -0x1.9e5195418d6d8p-23, -0x1.828427efa5a8bp-23, -0x1.bdc3e7b2048a6p-24},
    {0x1.ff27c86b2bd93p-30, -0x1.f4469cdfe2ac7p-32, -0x1.b30a79c9f8771p-28, -0x1.b4a7551fb3aaap-27, -0x1.aeb8d7c317f8fp-27, -0x1.05b7df67e9342p-28, 0x1.edd1102662ba7p-28, 0x1.cefd136af0130p-27},
    {-0x1.d16e98e66190cp-34, -0x1.19028d67391cdp-31, -0x1.ecf29ebf04ea1p-31, -0x1.2084f93d501a3p-31, 0x1.54184cf3a6b25p-31, 0x1.83bece4417eb3p-30, 0x1.44152be45b513p-30, 0x1.8bb77bf82c57bp-32},
    {-0x1.0f95b9e1ef2afp-35, -0x1.e0e6eb38cb0bdp-35, -0x1.d29ef38bbce07p-37, 0x1.acece8081953bp-34, 0x1.1cee7e673589bp-33, 0x1.16265aae7812bp-35, -0x1.3bacad6ebb8c6p-34, -0x1.9f8acc458be75p-34},
    {-0x1.b2bdb657fe477p-39, -0x1.cef425918236ep-42, 0x1.44151a699f20bp-37, 0x1.58f7faee8b65bp-37, -0x1.4ea3910e063fep-38, -0x1.b8168f3a0d280p-37, -0x1.c39aff0155a70p-38, 0x1.e8aacc064d0b7p-40},
};
static const double cv_mills_centre[8] __attribute__((aligned(64))) = {0, 1, 2, 3, 4, 5, 6, 7};
// 2^(j/16)
static const double cv_exp2_table[16] __attribute__((aligned(64))) = {0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0, 0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0, 0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0, 0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};
// 2^(j/16) / sqrt(2 pi)
static const double cv_gauss_table[16] __attribute__((aligned(64))) = {0x1.9884533d43651p-2, 0x1.aa9a7de112a90p-2, 0x1.bd7da73c593e6p-2, 0x1.d136e2bd7fc06p-2, 0x1.e5cfaab0e879ap-2, 0x1.fb51e4ced6fe0p-2, 0x1.08e3f37e7b1e4p-1, 0x1.149e3e22e30aep-1, 0x1.20dd750429b6dp-1, 0x1.2da77ab15c5c6p-1, 0x1.3b02746d00a35p-1, 0x1.48f4cd2113849p-1, 0x1.5785387480b39p-1, 0x1.66bab6038de94p-1, 0x1.769c94bcc6397p-1, 0x1.873276640323ep-1};
#define CV_EXP_0 0x1.0000000000003p+0
#define CV_EXP_1 0x1.0000000000001p-1
#define CV_EXP_2 0x1.5555555474711p-3
#define CV_EXP_3 0x1.55555554e4e34p-5
#define CV_EXP_4 0x1.111242f8ec160p-7
#define CV_EXP_5 0x1.6c17f353d3ca1p-10
#define CV_EXPM1_0 0x1.0000000000000p+0
#define CV_EXPM1_1 0x1.ffffffffffebap-2
#define CV_EXPM1_2 0x1.555555557e1e6p-3
#define CV_EXPM1_3 0x1.555555183306ap-5
#define CV_EXPM1_4 0x1.11113cadaab4dp-7
#define CV_EXPM1_5 0x1.6bf6d8d9d1e96p-10
#define CV_EXPM1_6 0x1.aba62780808a2p-13
#define CV_LOG_0 0x1.5555555555558p-1
#define CV_LOG_1 0x1.9999999995204p-2
#define CV_LOG_2 0x1.2492492e09d4dp-2
#define CV_LOG_3 0x1.c71c62c639fdep-3
#define CV_LOG_4 0x1.7462bd8f7796ep-3
#define CV_LOG_5 0x1.39fd392179a95p-3
#define CV_LOG_6 0x1.2b6688a387e03p-3
#define CV_GAUSS_0 -0x1.0000000000003p-1
#define CV_GAUSS_1 0x1.0000000000001p-3
#define CV_GAUSS_2 -0x1.5555555474711p-6
#define CV_GAUSS_3 0x1.55555554e4e34p-9
#define CV_GAUSS_4 -0x1.111242f8ec160p-12
#define CV_GAUSS_5 0x1.6c17f353d3ca1p-16
#define CV_LN2 0x1.62e42fefa39efp-1
#define CV_LN2_HIGH 0x1.62e42fefa2000p-1
#define CV_LN2_LOW 0x1.9ef35793c7673p-41
#define CV_LOG2_E 0x1.71547652b82fep+0
