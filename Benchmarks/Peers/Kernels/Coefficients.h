// Written by fit-coefficients.py; change that and run it again.
#pragma once
static const double millsCentre = 3.5;
static const int millsDegree = 24;
static const double millsCoefficients[] = {
    0x1.ddb07f4534143p+0, -0x1.6aeb529b4ffd0p+0, 0x1.94d07d4aac0edp-1, -0x1.29e0c849bddc1p-2,
    0x1.657527ab654f4p-5, 0x1.09f81f67d1860p-6, -0x1.05f19de5783d5p-7, -0x1.246abce288467p-10,
    0x1.3935d049836b9p-10, 0x1.606158e241912p-13, -0x1.8d54ceb5d4234p-13, -0x1.8b1a0379efdfbp-15,
    0x1.e3dfdad8b610cp-16, 0x1.dbb20a061af99p-17, -0x1.873417ef6f2ccp-19, -0x1.f45bb67432e38p-19,
    -0x1.8e9e88b602c48p-22, 0x1.9b4902f997edap-21, 0x1.6088356c6fd7dp-22, -0x1.ae6c41371ea02p-24,
    -0x1.cccd5eb2e9702p-24, 0x1.83125dbc1da4fp-29, 0x1.65c4e7cf41f53p-26, 0x1.0a73c9023a51ap-30,
    -0x1.0da5825ee9012p-29,
};
static const double logarithmCoefficients[] = {
    0x1.5555555555558p-1, 0x1.9999999995077p-2, 0x1.2492492e35998p-2, 0x1.c71c628e9e0c9p-3,
    0x1.7462cd53e5318p-3, 0x1.39fb2efe206abp-3, 0x1.2b7fa64da1a6ap-3,
};
static const double exponentialCoefficients[] = {
    0x1.0000000000003p+0, 0x1.0000000000001p-1, 0x1.5555555474711p-3, 0x1.55555554e4e34p-5,
    0x1.111242f8ec160p-7, 0x1.6c17f353d3ca1p-10,
};
static const double sixteenthsOfTwo[] = {
    0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
    0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0,
    0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
    0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0,
};
static const double ln2High = 0x1.62e42fec00000p-1, ln2Low = 0x1.d1cf79abc9e3bp-32, log2E = 0x1.71547652b82fep+0;
